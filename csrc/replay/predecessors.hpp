// The sets of memory that a launch relies on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "replay/launch.hpp"

namespace skipx::replay {

// The memsets to replay before `body` (indices into the recording, ascending), in their order, for
// workspaces that must be zero: of each kernel those that it follows with nothing but memsets in
// between, and the latest one before it into memory that an argument points at.
std::vector<std::size_t> memset_predecessors(const Recording& recording,
                                             std::span<const std::size_t> body);

}  // namespace skipx::replay
