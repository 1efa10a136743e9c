// The host's clocks in nanoseconds. Spans are of the steady clock; moments that are compared with
// CUPTI's records are of the real-time clock, which those use.
#pragma once

#include <chrono>
#include <cstdint>

namespace skipx::launch {

namespace internal {

template <typename Clock>
std::int64_t read_clock() {
  const auto since = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

}  // namespace internal

inline std::int64_t steady_ns() { return internal::read_clock<std::chrono::steady_clock>(); }
inline std::int64_t realtime_ns() { return internal::read_clock<std::chrono::system_clock>(); }

}  // namespace skipx::launch
