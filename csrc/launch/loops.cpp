#include "launch/loops.hpp"

#include <cstddef>

#include "launch/clock.hpp"

namespace skipx::launch {

// A launch goes through a virtual call, about 1 ns, and its status through a test: both are in
// every path's figures alike.

IdleBlock time_idle(Launcher& launcher, int count) {
  launcher.device().make_current();
  IdleBlock block;
  for (auto* column : {&block.call_ns, &block.sync_ns, &block.returned_at})
    column->reserve(static_cast<std::size_t>(count));
  launcher.synchronize();
  for (int i = 0; i < count; ++i) {
    const std::int64_t begin = steady_ns();
    launcher.launch();
    const std::int64_t launched = steady_ns();
    launcher.synchronize();
    block.returned_at.push_back(realtime_ns());
    block.sync_ns.push_back(steady_ns() - launched);
    block.call_ns.push_back(launched - begin);
  }
  return block;
}

BurstBlock time_bursts(Launcher& launcher, int bursts, int depth) {
  launcher.device().make_current();
  BurstBlock block;
  for (auto* column : {&block.submitted_ns, &block.drained_ns})
    column->reserve(static_cast<std::size_t>(bursts));
  launcher.synchronize();
  for (int burst = 0; burst < bursts; ++burst) {
    const std::int64_t begin = steady_ns();
    for (int i = 0; i < depth; ++i) launcher.launch();
    const std::int64_t submitted = steady_ns();
    launcher.synchronize();
    block.drained_ns.push_back(steady_ns() - begin);
    block.submitted_ns.push_back(submitted - begin);
  }
  return block;
}

std::int64_t preheat(Launcher& launcher, double seconds) {
  constexpr int kDepth = 64;
  launcher.device().make_current();
  const auto until = steady_ns() + static_cast<std::int64_t>(seconds * 1e9);
  std::int64_t launched = 0;
  do {
    for (int i = 0; i < kDepth; ++i) launcher.launch();
    launcher.synchronize();
    launched += kDepth;
  } while (steady_ns() < until);
  return launched;
}

}  // namespace skipx::launch
