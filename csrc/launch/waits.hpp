// Synchronising calls that wait for a kernel, for a profiler to see when they return.
#pragma once

#include <cstdint>
#include <memory>

#include "launch/device.hpp"

namespace skipx::launch {

enum class Wait { kStream, kDevice, kEvent };

// `count` times: a kernel that runs for kWaitNs, and the call that waits for it. So the host waits
// already when the kernel ends, and the call returns because of that end.
void run_waits(const std::shared_ptr<const Device>& device, Wait wait, int count);

inline constexpr std::int64_t kWaitNs = 30'000;

}  // namespace skipx::launch
