// Copies between host and device, timed by the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "launch/device.hpp"

namespace skipx::launch {

enum class Direction { kHostToDevice, kDeviceToHost };

// The time of each of `count` copies of `bytes`, from the call to the end of the copy, ns. The host
// memory is page-locked where `pinned`; a first copy, which touches every page, is left out.
std::vector<std::int64_t> time_copies(const Device& device, Direction direction, bool pinned,
                                      std::size_t bytes, int count);

}  // namespace skipx::launch
