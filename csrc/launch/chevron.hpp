// The one path that only nvcc can build: kernel<<<grid, block, 0, stream>>>(arguments).
#pragma once

#include "launch/foreign_launch.hpp"

namespace skipx::launch {

// For a null kernel with so many bytes of arguments; null where there is none.
const ForeignLaunch* chevron_launch(int argument_bytes);

}  // namespace skipx::launch
