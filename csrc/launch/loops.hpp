// The timed loops: launches on an idle stream, and launches in bursts.
#pragma once

#include <cstdint>
#include <vector>

#include "launch/launcher.hpp"

namespace skipx::launch {

// One value a launch, in launch order.
struct IdleBlock {
  std::vector<std::int64_t> call_ns;      // the launch call
  std::vector<std::int64_t> sync_ns;      // the synchronisation after it
  std::vector<std::int64_t> returned_at;  // when that returned, by the real-time clock
};

// One value a burst, in order.
struct BurstBlock {
  std::vector<std::int64_t> submitted_ns;  // from the first launch call to the end of the last
  std::vector<std::int64_t> drained_ns;    // and to the end of the synchronisation after it
};

// Launches `count` times, each on an idle stream: synchronised before and after.
IdleBlock time_idle(Launcher& launcher, int count);

// Launches `bursts` times `depth` in a row; synchronised before and after each burst.
BurstBlock time_bursts(Launcher& launcher, int bursts, int depth);

// Keeps host and device busy with launches for that long; returns how many.
std::int64_t preheat(Launcher& launcher, double seconds);

}  // namespace skipx::launch
