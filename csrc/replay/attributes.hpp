// Which attributes of a recorded launch are given to its replay.
#pragma once

#include <cuda.h>

#include <span>
#include <vector>

#include "cuda/driver.hpp"

namespace skipx::replay {

// Event attributes name an event of the recorded run and would signal it again; an updatable node
// would write its handle to where the recorded program expected it. All others shape the launch.
bool is_replayed(CUlaunchAttributeID id);

std::vector<CUlaunchAttribute> replayed_attributes(std::span<const CUlaunchAttribute> attributes);

// The attributes that a captured kernel node has set.
std::vector<CUlaunchAttribute> node_attributes(const cuda::DriverApi& api, CUgraphNode node);

}  // namespace skipx::replay
