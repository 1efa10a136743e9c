// Replays on the virtual device: what they leave behind, in which order, and how long they take.
#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "replay/graph_recorder.hpp"
#include "replay/replayer.hpp"
#include "virtual_device.hpp"

using skipx::cuda::CudaError;
using skipx::replay::Cache;
using skipx::replay::Recording;
using skipx::replay::Replayer;
using skipx::replay::Way;
using skipx::testing::VirtualDevice;

namespace {

template <typename Work>
std::shared_ptr<const Recording> record(const VirtualDevice& device, Work&& work) {
  const CUgraph graph = device.capture(work);
  auto recording =
      std::make_shared<const Recording>(skipx::replay::record_graph(device.api(), graph));
  device.api().cuGraphDestroy(graph);
  return recording;
}

unsigned long long activities(const VirtualDevice& device) {
  return reinterpret_cast<unsigned long long (*)()>(
      device.api().library.find("standin_activities"))();
}

template <typename T>
T median(std::vector<T> values) {
  REQUIRE(!values.empty());
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

}  // namespace

TEST_CASE("every replay begins with the buffers as they were, and leaves them so") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 41);
  const auto recording = record(device, [&] { device.launch_add(target); });
  Replayer replayer(device.device(), recording, {0}, true);
  CHECK(replayer.kept_bytes() == 64);
  CHECK(device.word(target) == 41);
  for (const Way way : {Way::kLaunches, Way::kGraph})
    for (const Cache cache : {Cache::kWarm, Cache::kCold}) {
      CHECK(replayer.time_from_idle(way, cache, 3).size() == 3);
      CHECK(replayer.time_behind_gate(way, cache, 3).size() == 3);
      replayer.replay(way, cache, 3);
      CHECK(device.word(target) == 41);
    }
}

TEST_CASE("without restoring, each run is seen in the buffers") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] { device.launch_add(target); });
  Replayer replayer(device.device(), recording, {0}, false);
  CHECK(replayer.kept_bytes() == 0);
  CHECK(device.word(target) == 1);  // the first run, which loads the kernel's code
  replayer.replay(Way::kLaunches, Cache::kCold, 5);
  CHECK(device.word(target) == 6);
  replayer.replay(Way::kGraph, Cache::kWarm, 5);
  CHECK(device.word(target) == 16);  // warm: a run before each timed one
}

TEST_CASE("memsets before a kernel are replayed before each run, those inside a chain with it") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 7);
  const auto recording = record(device, [&] {
    device.launch_add(target);
    device.api().cuMemsetD32Async(target, 100, 1, device.stream());
    device.launch_add(target);
    device.launch_add(target);
  });
  Replayer alone(device.device(), recording, {2}, false);
  CHECK(alone.memsets() == std::vector<std::size_t>{1});
  CHECK(device.word(target) == 101);
  alone.replay(Way::kLaunches, Cache::kWarm, 4);
  CHECK(device.word(target) == 101);

  Replayer chain(device.device(), recording, {0, 1, 2, 3}, false);
  CHECK(chain.memsets().empty());
  chain.replay(Way::kGraph, Cache::kCold, 2);
  CHECK(device.word(target) == 102);
}

TEST_CASE("a kernel's own time is what CUPTI tells, of the timed runs alone") {
  const VirtualDevice device("kernel=add:1234:8/4:increment;kernel=_ZN1a1bEv:500");
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] {
    device.launch_add(target);
    device.api().cuMemsetD32Async(target, 0, 1, device.stream());
    device.api().cuLaunchKernel(device.function("_ZN1a1bEv"), 1, 1, 1, 1, 1, 1, 0, device.stream(),
                                nullptr, nullptr);
  });
  using Times = std::vector<std::int64_t>;
  Replayer kernel(device.device(), recording, {0}, true);
  for (const Cache cache : {Cache::kWarm, Cache::kCold})
    CHECK(kernel.time_kernels(cache, 3) == Times{1234, 1234, 1234});
  Replayer chain(device.device(), recording, {0, 1, 2}, true);
  CHECK(chain.time_kernels(Cache::kWarm, 2) == Times{1734, 1734});
  CHECK(device.word(target) == 0);
}

TEST_CASE("a session that another tool's prevents leaves the buffers restored") {
  const VirtualDevice device("holder=nsys");
  const CUdeviceptr target = device.allocate(64, 5);
  const auto recording = record(device, [&] { device.launch_add(target); });
  Replayer replayer(device.device(), recording, {0}, true);
  CHECK_THROWS_AS(replayer.time_kernels(Cache::kWarm, 1), CudaError);
  CHECK(device.word(target) == 5);
}

TEST_CASE("a chain as a graph does the same work as its launches") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] {
    for (int i = 0; i < 5; ++i) device.launch_add(target);
  });
  Replayer replayer(device.device(), recording, {1, 2, 3}, false);
  const std::uint32_t before = device.word(target);
  replayer.replay(Way::kLaunches, Cache::kCold, 1);
  CHECK(device.word(target) == before + 3);
  replayer.replay(Way::kGraph, Cache::kCold, 1);
  CHECK(device.word(target) == before + 6);
}

TEST_CASE("behind a gate the device's own time is measured, with the gaps of each way") {
  // Launched behind the gate: kernel, gap, kernel, gap, kernel; as a graph with the graph's gaps.
  const VirtualDevice device("gap=20000;graph_gap=5000;kernel=add:100000:8/4:increment");
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] {
    for (int i = 0; i < 3; ++i) device.launch_add(target);
  });
  Replayer replayer(device.device(), recording, {0, 1, 2}, true);
  const double launches = median(replayer.time_behind_gate(Way::kLaunches, Cache::kWarm, 9));
  const double graph = median(replayer.time_behind_gate(Way::kGraph, Cache::kWarm, 9));
  CHECK(launches >= 3 * 100000 + 2 * 20000);
  CHECK(graph >= 3 * 100000 + 2 * 5000);
}

TEST_CASE("from an idle stream a chain takes at least its kernels and the gaps of its way") {
  const VirtualDevice device("gap=200000;graph_gap=1000;graph_floor=4000;kernel=add:10000:8/4");
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] {
    for (int i = 0; i < 4; ++i) device.launch_add(target);
  });
  Replayer replayer(device.device(), recording, {0, 1, 2, 3}, true);
  const auto launches = median(replayer.time_from_idle(Way::kLaunches, Cache::kCold, 5));
  const auto graph = median(replayer.time_from_idle(Way::kGraph, Cache::kCold, 5));
  CHECK(launches >= 4 * 10000 + 3 * 200000);
  CHECK(graph >= 4000 + 4 * 10000 + 3 * 1000);
}

TEST_CASE("too many launches are not put behind a gate, a graph of them is") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] {
    for (std::size_t i = 0; i <= skipx::replay::kMostBehindGate; ++i) device.launch_add(target);
  });
  std::vector<std::size_t> body(recording->size());
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = i;
  Replayer replayer(device.device(), recording, body, true);
  CHECK(replayer.time_behind_gate(Way::kLaunches, Cache::kWarm, 3).empty());
  CHECK(replayer.time_behind_gate(Way::kGraph, Cache::kWarm, 3).size() == 3);
}

TEST_CASE("the cold cache is made by a set of twice the L2 cache, the warm one by a run") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] { device.launch_add(target); });
  Replayer replayer(device.device(), recording, {0}, false);
  CHECK(replayer.flushed_bytes() == 2u << 20);  // the virtual device has 1 MiB
  const auto begin = activities(device);
  replayer.replay(Way::kLaunches, Cache::kCold, 1);
  CHECK(activities(device) - begin == 2);  // set and kernel
  replayer.replay(Way::kLaunches, Cache::kWarm, 1);
  CHECK(activities(device) - begin == 4);  // kernel and kernel
}

TEST_CASE("a body must be launches of the recording, in its order") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] {
    device.launch_add(target);
    device.launch_add(target);
  });
  using Indices = std::vector<std::size_t>;
  for (const Indices& body : {Indices{}, Indices{2}, Indices{1, 0}, Indices{0, 0}})
    CHECK_THROWS_AS(Replayer(device.device(), recording, body, true), std::invalid_argument);
}

TEST_CASE("memory that was freed since the recording is not replayed on") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] { device.launch_add(target); });
  device.api().cuMemFree(target);
  CHECK_THROWS_AS(Replayer(device.device(), recording, {0}, true), CudaError);
}

TEST_CASE("a call that fails ends the capture of a chain, and the stream goes on") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(64, 0);
  const auto recording = record(device, [&] { device.launch_add(target); });
  const VirtualDevice failing("fail=cuLaunchKernelEx:700");
  CHECK_THROWS_AS(skipx::replay::LaunchGraph(failing.api(), *recording, std::vector<std::size_t>{0},
                                             failing.stream()),
                  CudaError);
  CUstreamCaptureStatus status{};
  failing.api().cuStreamIsCapturing(failing.stream(), &status);
  CHECK(status == CU_STREAM_CAPTURE_STATUS_NONE);
}
