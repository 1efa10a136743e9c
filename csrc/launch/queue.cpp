#include "launch/queue.hpp"

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include "launch/driver_paths.hpp"
#include "launch/gate.hpp"

namespace skipx::launch {

namespace {

// What `launched` is when it has not moved for the patience; -1 where it moved until the stop.
int count_when_stuck(const std::stop_token& stop, const std::atomic<int>& launched,
                     std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  int seen = launched.load();
  auto moved = Clock::now();
  while (!stop.stop_requested()) {
    if (Clock::now() - moved >= patience) return seen;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const int now = launched.load();
    if (now != seen) moved = Clock::now();
    seen = now;
  }
  return -1;
}

}  // namespace

std::optional<int> queue_depth(const std::shared_ptr<const Device>& device, int most,
                               int patience_ms) {
  DriverLauncher kernel(device, {});
  kernel.launch();
  kernel.synchronize();
  Gate gate(device);
  std::atomic<int> launched = 0;
  std::atomic<int> when_stuck = -1;
  gate.close(device->stream(true));
  {
    const std::jthread watcher([&](const std::stop_token& stop) {
      // Before the gate opens: the blocked call returns then.
      when_stuck = count_when_stuck(stop, launched, std::chrono::milliseconds(patience_ms));
      gate.open();
    });
    for (int i = 0; i < most && when_stuck < 0; ++i) {
      kernel.launch();
      launched.fetch_add(1);
    }
  }
  kernel.synchronize();
  gate.require_kept();
  if (when_stuck < 0) return std::nullopt;
  return when_stuck + 1;
}

void run_queued(const std::shared_ptr<const Device>& device, Pair pair, int rounds) {
  DriverLauncher kernel(device, {});
  MemsetLauncher memset(device, {});
  Launcher& second = pair == Pair::kKernelKernel ? static_cast<Launcher&>(kernel) : memset;
  kernel.launch();
  memset.launch();
  kernel.synchronize();
  Gate gate(device);
  gate.close(device->stream(true));
  for (int i = 0; i < rounds; ++i) {
    kernel.launch();
    second.launch();
  }
  gate.open();
  kernel.synchronize();
  gate.require_kept();
}

}  // namespace skipx::launch
