// Launches that must not be replayed alone.
#pragma once

#include <string>
#include <string_view>

#include "replay/launch.hpp"

namespace skipx::replay {

// A kernel of a library whose kernels wait for other devices: alone it would never end.
// Empty where the name is of no such library.
std::string_view waiting_library(std::string_view kernel);

// Throws CudaError (kRefused) with the reason, for kernels that wait and for work of other kinds.
void require_replayable(const Launch& launch);

}  // namespace skipx::replay
