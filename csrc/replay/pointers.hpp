// Which arguments are addresses of device memory, and whether that memory is still there.
#pragma once

#include <optional>
#include <vector>

#include "cuda/driver.hpp"
#include "replay/launch.hpp"

namespace skipx::replay {

// The allocation that an address lies in; nothing where it lies in none.
std::optional<Range> range_of(const cuda::DriverApi& api, CUdeviceptr address);

// Every word of the arguments that is an address now. A number may look like one: then memory is
// kept safe that need not be.
std::vector<Pointer> find_pointers(const cuda::DriverApi& api, const ArgumentBlob& arguments);

// Throws CudaError (kRefused) where an allocation was freed, or replaced by another.
void require_alive(const cuda::DriverApi& api, const Launch& launch);

}  // namespace skipx::replay
