// Recording launches from a captured graph and from calls, on the virtual device.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "replay/call_recorder.hpp"
#include "replay/graph_recorder.hpp"
#include "replay/kernel_function.hpp"
#include "replay/pointers.hpp"
#include "replay/predecessors.hpp"
#include "replay/refusal.hpp"
#include "virtual_device.hpp"

using skipx::cuda::CudaError;
using skipx::cuda::ErrorKind;
using skipx::replay::CallRecorder;
using skipx::replay::Launch;
using skipx::replay::LaunchKind;
using skipx::replay::Recording;
using skipx::testing::VirtualDevice;

namespace {

template <typename Work>
ErrorKind error_of(Work&& work) {
  try {
    work();
  } catch (const CudaError& error) {
    return error.kind();
  }
  FAIL("nothing was thrown");
  return ErrorKind::kCall;
}

Recording record_graph(const VirtualDevice& device, CUgraph graph) {
  Recording recording = skipx::replay::record_graph(device.api(), graph);
  device.api().cuGraphDestroy(graph);
  return recording;
}

}  // namespace

TEST_CASE("a graph's kernels are recorded with copies of their arguments") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(4096);
  const Recording recording =
      record_graph(device, device.capture([&] { device.launch_add(target + 16, 77); }));
  REQUIRE(recording.size() == 1);
  const auto& [kind, name, kernel, memset, memcpy, dependencies] = recording[0];
  CHECK(kind == LaunchKind::kKernel);
  CHECK(name == "add");
  CHECK(kernel.grid == std::array<unsigned, 3>{2, 3, 4});
  CHECK(kernel.block == std::array<unsigned, 3>{32, 1, 1});
  CHECK(kernel.shared_bytes == 256);
  REQUIRE(kernel.arguments.count() == 2);
  CHECK(*static_cast<const CUdeviceptr*>(kernel.arguments.pointers()[0]) == target + 16);
  CHECK(*static_cast<const int*>(kernel.arguments.pointers()[1]) == 77);
  REQUIRE(kernel.pointers.size() == 1);
  CHECK(kernel.pointers[0].address == target + 16);
  CHECK(kernel.pointers[0].range == skipx::replay::Range{target, 4096});
}

TEST_CASE("a graph's memory operations and edges are recorded") {
  const VirtualDevice device;
  const auto& api = device.api();
  const CUdeviceptr target = device.allocate(4096);
  const CUgraph graph = device.capture([&] {
    device.launch_add(target);
    api.cuMemsetD32Async(target, 9, 8, device.stream());
    device.launch_add(target);
  });
  std::size_t count = 3;
  std::vector<CUgraphNode> nodes(count);
  api.cuGraphGetNodes(graph, nodes.data(), &count);
  CUgraph child = nullptr;
  api.cuGraphCreate(&child, 0);
  CUgraphNode inner = nullptr, outer = nullptr, last = nullptr;
  api.cuGraphAddEmptyNode(&inner, child, nullptr, 0);
  api.cuGraphAddEmptyNode(&inner, child, nullptr, 0);
  const std::array<CUgraphNode, 2> before{nodes[0], nodes[2]};
  api.cuGraphAddChildGraphNode(&outer, graph, before.data(), before.size(), child);
  api.cuGraphAddEmptyNode(&last, graph, &outer, 1);
  api.cuGraphDestroy(child);  // the graph has a copy of it

  const Recording recording = record_graph(device, graph);
  REQUIRE(recording.size() == 6);
  CHECK(recording[1].kind == LaunchKind::kMemset);
  CHECK(recording[1].memset.target == target);
  CHECK(recording[1].memset.range() == skipx::replay::Range{target, 32});
  CHECK(recording[0].dependencies.empty());
  CHECK(recording[1].dependencies == std::vector<std::size_t>{0});
  CHECK(recording[2].dependencies == std::vector<std::size_t>{1});
  CHECK(recording[3].kind == LaunchKind::kOther);
  // Both nodes of the child wait for what the child waits for, and both are waited for.
  CHECK(recording[3].dependencies == std::vector<std::size_t>{0, 2});
  CHECK(recording[4].dependencies == std::vector<std::size_t>{0, 2});
  CHECK(recording[5].dependencies == std::vector<std::size_t>{3, 4});
  CHECK(error_of([&] { skipx::replay::require_replayable(recording[5]); }) == ErrorKind::kRefused);
}

TEST_CASE("a copy of one row between device memory is recorded, another kind is not replayed") {
  const VirtualDevice device;
  const CUdeviceptr from = device.allocate(64), to = device.allocate(64);
  CUDA_MEMCPY3D copy{};
  copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
  copy.srcDevice = from;
  copy.dstDevice = to;
  copy.dstXInBytes = 8;
  copy.WidthInBytes = 32;
  copy.Height = copy.Depth = 1;
  CUgraph graph = nullptr;
  CUgraphNode node = nullptr;
  device.api().cuGraphCreate(&graph, 0);
  device.api().cuGraphAddMemcpyNode(&node, graph, nullptr, 0, &copy, nullptr);
  copy.Height = 2;
  device.api().cuGraphAddMemcpyNode(&node, graph, nullptr, 0, &copy, nullptr);
  const Recording recording = record_graph(device, graph);
  REQUIRE(recording.size() == 2);
  CHECK(recording[0].kind == LaunchKind::kMemcpy);
  CHECK(recording[0].memcpy.target == to + 8);
  CHECK(recording[0].memcpy.source == from);
  CHECK(recording[0].memcpy.bytes == 32);
  CHECK(recording[1].kind == LaunchKind::kOther);
}

TEST_CASE("cluster dimensions of a captured kernel are kept, what nobody set is not") {
  const VirtualDevice device;
  std::array<CUlaunchAttribute, 2> given{};
  given[0].id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
  given[0].value.clusterDim = {2, 1, 1};
  given[1].id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE;
  given[1].value.cooperative = 0;
  CUlaunchConfig config{};
  config.gridDimX = config.gridDimY = config.gridDimZ = 2;
  config.blockDimX = config.blockDimY = config.blockDimZ = 1;
  config.hStream = device.stream();
  config.attrs = given.data();
  config.numAttrs = 2;
  const Recording recording = record_graph(device, device.capture([&] {
    device.api().cuLaunchKernelEx(&config, device.function("_ZN1a1bEv"), nullptr, nullptr);
  }));
  REQUIRE(recording.size() == 1);
  CHECK(recording[0].name == "a::b()");
  REQUIRE(recording[0].kernel.attributes.size() == 1);
  CHECK(recording[0].kernel.attributes[0].id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION);
  CHECK(recording[0].kernel.attributes[0].value.clusterDim.x == 2);
}

TEST_CASE("calls are recorded as they are made, and nothing before or after") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(256);
  CallRecorder recorder(device.api(), skipx::cuda::cupti(), 100);
  device.launch_add(target, 1);
  recorder.start();
  device.launch_add(target, 2);
  device.launch_add(target, 3);
  const Recording recording = recorder.stop();
  device.launch_add(target, 4);
  REQUIRE(recording.size() == 2);
  CHECK(recording[0].name == "add");
  CHECK(*static_cast<const int*>(recording[0].kernel.arguments.pointers()[1]) == 2);
  CHECK(*static_cast<const int*>(recording[1].kernel.arguments.pointers()[1]) == 3);
  CHECK(recording[1].dependencies == std::vector<std::size_t>{0});
  CHECK(recorder.left_out() == 0);
}

TEST_CASE("of each call the parameters are taken: attributes without events, packed arguments") {
  const VirtualDevice device;
  CallRecorder recorder(device.api(), skipx::cuda::cupti(), 100);
  struct {
    CUdeviceptr target;
    int number;
  } packed{device.allocate(64), 5};
  std::size_t bytes = sizeof packed;
  std::array<void*, 5> extra{CU_LAUNCH_PARAM_BUFFER_POINTER, &packed, CU_LAUNCH_PARAM_BUFFER_SIZE,
                             &bytes, CU_LAUNCH_PARAM_END};
  std::array<CUlaunchAttribute, 3> attributes{};
  attributes[0].id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT;
  attributes[1].id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
  attributes[2].id = CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT;
  CUlaunchConfig config{};
  config.attrs = attributes.data();
  config.numAttrs = 3;
  const cuLaunchKernelEx_params launch{&config, device.function("add"), nullptr, extra.data()};
  recorder.record(CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx, &launch);
  const cuMemsetD16Async_params set{packed.target, 3, 4, nullptr};
  recorder.record(CUPTI_DRIVER_TRACE_CBID_cuMemsetD16Async, &set);
  recorder.record(CUPTI_DRIVER_TRACE_CBID_cuMemAlloc, nullptr);

  const Recording recording = recorder.stop();
  REQUIRE(recording.size() == 2);
  REQUIRE(recording[0].kernel.attributes.size() == 1);
  CHECK(recording[0].kernel.attributes[0].id ==
        CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION);
  CHECK(*static_cast<const int*>(recording[0].kernel.arguments.pointers()[1]) == 5);
  CHECK(recording[1].kind == LaunchKind::kMemset);
  CHECK(recording[1].memset.row_bytes() == 8);
}

TEST_CASE("a launch that cannot be copied refuses the recording, too many are counted") {
  const VirtualDevice device;
  CallRecorder recorder(device.api(), skipx::cuda::cupti(), 1);
  const cuLaunchKernelEx_params nothing_passed{nullptr, device.function("add"), nullptr, nullptr};
  const CUlaunchConfig config{};
  auto launch = nothing_passed;
  launch.config = &config;
  recorder.record(CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx, &launch);
  CHECK(error_of([&] { recorder.stop(); }) == ErrorKind::kRefused);

  CallRecorder small(device.api(), skipx::cuda::cupti(), 1);
  const cuMemsetD8Async_params set{device.allocate(64), 3, 4, nullptr};
  small.record(CUPTI_DRIVER_TRACE_CBID_cuMemsetD8Async, &set);
  small.record(CUPTI_DRIVER_TRACE_CBID_cuMemsetD8Async, &set);
  CHECK(small.left_out() == 1);
  CHECK(small.stop().size() == 1);
}

TEST_CASE("who else holds CUPTI is no riddle") {
  const VirtualDevice device;
  CallRecorder first(device.api(), skipx::cuda::cupti(), 1);
  CallRecorder second(device.api(), skipx::cuda::cupti(), 1);
  first.start();
  CHECK(error_of([&] { second.start(); }) == ErrorKind::kSubscriberTaken);
  first.stop();
  second.start();
  second.stop();
}

TEST_CASE("freed memory is refused, and memory that another allocation has taken") {
  const VirtualDevice device;
  const CUdeviceptr target = device.allocate(512);
  Recording recording = record_graph(device, device.capture([&] { device.launch_add(target); }));
  skipx::replay::require_alive(device.api(), recording[0]);
  recording[0].kernel.pointers[0].range.size += 512;
  CHECK(error_of([&] { require_alive(device.api(), recording[0]); }) == ErrorKind::kRefused);
  recording[0].kernel.pointers[0].range.size -= 512;
  device.api().cuMemFree(target);
  CHECK(error_of([&] { require_alive(device.api(), recording[0]); }) == ErrorKind::kRefused);
}

TEST_CASE("kernels that wait for other devices are refused by name") {
  using skipx::replay::waiting_library;
  CHECK(waiting_library("ncclDevKernel_AllReduce_Sum_f16_RING_LL(ncclDevKernelArgs)") == "nccl");
  CHECK(waiting_library("NCCLDevKernel") == "nccl");
  CHECK(waiting_library("void nvshmemi_transfer<1>()") == "nvshmem");
  CHECK(waiting_library("void gemm<float>()").empty());
  Launch launch{.kind = LaunchKind::kKernel, .name = "ncclKernel"};
  CHECK(error_of([&] { require_replayable(launch); }) == ErrorKind::kRefused);
  launch.name = "gemm";
  require_replayable(launch);
}

TEST_CASE(
    "the memsets that a launch relies on are those right before it and those it points into") {
  const auto memset = [](CUdeviceptr target, std::vector<std::size_t> after) {
    return Launch{.kind = LaunchKind::kMemset,
                  .memset = {target, 0, 1, 100, 1, 0},
                  .dependencies = std::move(after)};
  };
  const auto kernel = [](std::vector<CUdeviceptr> addresses, std::vector<std::size_t> after) {
    Launch launch{.kind = LaunchKind::kKernel, .dependencies = std::move(after)};
    for (const CUdeviceptr address : addresses) launch.kernel.pointers.push_back({address, {}});
    return launch;
  };
  Recording recording;
  recording.push_back(memset(1000, {}));           // 0: an earlier set of the same memory
  recording.push_back(memset(1000, {0}));          // 1: pointed into by 5
  recording.push_back(kernel({}, {1}));            // 2
  recording.push_back(memset(5000, {2}));          // 3: before 5, through 4
  recording.push_back(memset(6000, {3}));          // 4: right before 5
  recording.push_back(kernel({1099, 1100}, {4}));  // 5
  recording.push_back(memset(1000, {5}));          // 6
  recording.push_back(kernel({1000}, {6}));        // 7
  using Indices = std::vector<std::size_t>;
  const auto of = [&](const Indices& body) {
    return skipx::replay::memset_predecessors(recording, body);
  };
  CHECK(of({2}) == Indices{0, 1});
  CHECK(of({5}) == Indices{1, 3, 4});
  CHECK(of({7}) == Indices{6});
  // What lies inside the chain is part of it, whether it is replayed there or not.
  CHECK(of({5, 6, 7}) == Indices{1, 3, 4});
  CHECK(of({5, 7}) == Indices{1, 3, 4});
}
