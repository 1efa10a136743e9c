// CUPTI sessions on the virtual device: what is recorded, and what a session refuses.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "cuda/runtime.hpp"
#include "cuda/session.hpp"
#include "cuda_device.hpp"

using skipx::cuda::CudaError;
using skipx::cuda::CuptiSession;
using skipx::cuda::ErrorKind;
using skipx::cuda::kClockViolation;
using skipx::cuda::kDuringOverhead;
using skipx::cuda::SessionRecords;
using skipx::cuda::VirtualDevice;
using skipx::trace::Column;

namespace {

std::string name_of(const SessionRecords& records, std::int32_t name) {
  return std::string(records.names[static_cast<std::size_t>(name)]);
}

CudaError error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const CudaError& error) {
    return error;
  }
  FAIL("nothing was refused");
  return {ErrorKind::kCall, ""};
}

}  // namespace

TEST_CASE("a launch is a call and a kernel with one correlation") {
  VirtualDevice device("floor=4000;duration=1500");
  CuptiSession session;
  session.start();
  device.launch();
  device.launch();
  const SessionRecords records = session.stop();

  REQUIRE(records.calls.begin.size() == 2);
  REQUIRE(records.activities.begin.size() == 2);
  CHECK(name_of(records, records.calls.name[0]) == "cuLaunchKernel");
  CHECK(name_of(records, records.activities.name[0]) == "null()");
  CHECK(name_of(records, records.activities.shape[0]) == "grid [1,1,1] block [32,1,1]");
  CHECK(records.activities.correlation == records.calls.correlation);
  CHECK(records.activities.dur[0] == 1500);
  // The device waits for the call's begin and 4 µs; the recorded begin is that same instant.
  CHECK(records.activities.begin[0] - records.calls.begin[0] == 4000);
  CHECK(records.queued == Column<std::int64_t>{-1, -1});
  CHECK(records.flags == Column<std::int8_t>{0, 0});
  REQUIRE(records.threads.size() == 1);
  CHECK(records.dropped == 0);
}

TEST_CASE("a runtime launch is also the driver's, with the same correlation") {
  VirtualDevice device;
  CuptiSession session;
  session.start();
  skipx::cuda::runtime().cudaLaunchKernel(device.null_kernel(), {1, 1, 1}, {1, 1, 1}, nullptr, 0,
                                          nullptr);
  const SessionRecords records = session.stop();
  REQUIRE(records.calls.begin.size() == 2);
  CHECK(name_of(records, records.calls.name[0]) == "cudaLaunchKernel");
  CHECK(name_of(records, records.calls.name[1]) == "cuLaunchKernel");
  CHECK(records.calls.correlation[0] == records.calls.correlation[1]);
  CHECK(records.calls.api == Column<std::int8_t>{0, 1});
}

TEST_CASE("waits and sets are recorded for a trace, and left out for launch measurements") {
  VirtualDevice device;
  for (const bool all : {true, false}) {
    CuptiSession session({.all_calls = all});
    session.start();
    device.launch();
    CUdeviceptr block = 0;
    skipx::cuda::driver().cuMemAlloc(&block, 64);
    skipx::cuda::driver().cuMemsetD8(block, 0, 64);
    skipx::cuda::runtime().cudaDeviceSynchronize();
    skipx::cuda::driver().cuMemFree(block);
    const SessionRecords records = session.stop();
    std::vector<std::string> calls;
    for (const std::int32_t name : records.calls.name) calls.push_back(name_of(records, name));
    if (all)
      CHECK(calls == std::vector<std::string>{"cuLaunchKernel", "cuMemsetD8_v2",
                                              "cudaDeviceSynchronize",
                                              "cuCtxSynchronize"});  // nested in the one before
    else
      CHECK(calls == std::vector<std::string>{"cuLaunchKernel"});
    // The others are not even recorded, where this CUPTI has a name for them.
    if (!all) CHECK(records.records == 3);
    REQUIRE(records.activities.begin.size() == 2);
    CHECK(name_of(records, records.activities.name[1]) == "Memset (Device)");
    CHECK(records.activities.bytes == Column<std::int64_t>{-1, 64});
  }
}

TEST_CASE("a cut takes what was recorded since the last one, and the session goes on") {
  VirtualDevice device;
  CuptiSession session({.all_calls = false, .buffer_bytes = 512});
  CHECK(error_of([&] { session.cut(); }).kind() == ErrorKind::kRefused);
  session.start();
  for (const std::size_t launches : {3, 0, 40}) {
    for (std::size_t i = 0; i < launches; ++i) device.launch();
    const SessionRecords records = session.cut();
    CHECK(records.calls.begin.size() == launches);
    CHECK(records.activities.correlation == records.calls.correlation);
  }
  device.launch();
  CHECK(session.stop().activities.begin.size() == 1);
}

TEST_CASE("from a watch on a session records other calls") {
  VirtualDevice device;
  CuptiSession session({.all_calls = false});
  session.start();
  const auto calls_of_a_wait = [&] {
    device.launch();
    skipx::cuda::driver().cuCtxSynchronize();
    return session.cut().calls.begin.size();
  };
  CHECK(calls_of_a_wait() == 1);
  session.watch(true);
  // The launch, its wait, and the session's own wait.
  CHECK(calls_of_a_wait() == 3);
  session.watch(false);
  CHECK(calls_of_a_wait() == 1);
}

TEST_CASE("a cut that dropped records is refused, and the next one is sound") {
  VirtualDevice device("dropped=1");
  CuptiSession session;
  session.start();
  device.launch();
  CHECK(error_of([&] { session.cut(); }).kind() == ErrorKind::kRefused);
  device.run_script("");
  device.launch();
  CHECK(session.cut().activities.begin.size() == 1);
}

TEST_CASE("the nodes of a graph share their launch's correlation and have ids") {
  VirtualDevice device;
  const auto& cuda = skipx::cuda::driver();
  CUgraph graph = nullptr;
  CUgraphExec executable = nullptr;
  CUDA_KERNEL_NODE_PARAMS kernel{};
  kernel.func = device.null_kernel();
  kernel.gridDimX = kernel.gridDimY = kernel.gridDimZ = 1;
  kernel.blockDimX = kernel.blockDimY = kernel.blockDimZ = 1;
  cuda.cuGraphCreate(&graph, 0);
  CUgraphNode node = nullptr;
  for (int i = 0; i < 3; ++i) {
    const CUgraphNode before = node;
    cuda.cuGraphAddKernelNode(&node, graph, &before, i == 0 ? 0 : 1, &kernel);
  }
  cuda.cuGraphInstantiateWithFlags(&executable, graph, 0);
  CuptiSession session;
  session.start();
  cuda.cuGraphLaunch(executable, nullptr);
  const SessionRecords records = session.stop();
  cuda.cuGraphExecDestroy(executable);
  cuda.cuGraphDestroy(graph);

  REQUIRE(records.calls.begin.size() == 1);
  CHECK(name_of(records, records.calls.name[0]) == "cuGraphLaunch");
  REQUIRE(records.activities.begin.size() == 3);
  std::set<std::int64_t> nodes(records.activities.graph_node.begin(),
                               records.activities.graph_node.end());
  CHECK(nodes.size() == 3);
  CHECK(!nodes.contains(0));
  for (const std::int64_t correlation : records.activities.correlation)
    CHECK(correlation == records.calls.correlation[0]);
}

TEST_CASE("latency timestamps tell when the driver took a kernel over") {
  VirtualDevice* const device = new VirtualDevice("floor=4000");
  // Refused while a context is in use; the subscriber is free again afterwards.
  CHECK(error_of([] { CuptiSession session({.latency_timestamps = true}); }).kind() ==
        ErrorKind::kRefused);
  delete device;
  CuptiSession session({.latency_timestamps = true});
  VirtualDevice fresh("floor=4000");
  session.start();
  fresh.launch();
  const SessionRecords records = session.stop();
  REQUIRE(records.queued.size() == 1);
  CHECK(records.queued[0] - records.calls.begin[0] == 1000);
  CHECK(records.submitted[0] - records.calls.begin[0] == 2000);
}

TEST_CASE("another subscriber is named") {
  VirtualDevice device("holder=CUPTI for Kineto");
  const CudaError error = error_of([] { CuptiSession session; });
  CHECK(error.kind() == ErrorKind::kSubscriberTaken);
  CHECK(std::string(error.what()) == "CUPTI is in use by CUPTI for Kineto");
  device.run_script("");
  const CuptiSession first;
  CHECK(error_of([] { CuptiSession second; }).kind() == ErrorKind::kSubscriberTaken);
}

TEST_CASE("a CUPTI that the driver does not know is named, with one that it does") {
  VirtualDevice device("fail=cuptiSubscribe:999");
  const CudaError error = error_of([] { CuptiSession session; });
  CHECK(error.kind() == ErrorKind::kNoCupti);
  CHECK(std::string(error.what()).ends_with("does not work with this driver"));
  CHECK(error.hint() == "install the CUPTI of CUDA 13.0 or older");
}

TEST_CASE("dropped records refuse the session, and the next one is sound") {
  VirtualDevice device("dropped=3");
  CuptiSession session;
  // The stand-in says so at every question, also at the one before the session.
  session.start();
  device.launch();
  const CudaError error = error_of([&] { session.stop(); });
  CHECK(error.kind() == ErrorKind::kRefused);
  CHECK(std::string(error.what()) == "CUPTI dropped 3 records");
  device.run_script("");
  session.start();
  device.launch();
  CHECK(session.stop().activities.begin.size() == 1);
}

TEST_CASE("beyond the limit buffers are used again, and the session is refused") {
  VirtualDevice device;
  for (const std::size_t most : {2048, 0}) {  // with none to use again they are declined
    CuptiSession session({.buffer_bytes = 1024, .most_bytes = most});
    session.start();
    for (int i = 0; i < 20; ++i) device.launch();
    const CudaError error = error_of([&] { session.stop(); });
    CHECK(error.kind() == ErrorKind::kRefused);
    const std::string why = most == 0 ? "dropped" : "got no more memory for its records";
    CHECK(std::string(error.what()).find(why) != std::string::npos);
  }
}

TEST_CASE("many small buffers are one session") {
  VirtualDevice device;
  CuptiSession session({.buffer_bytes = 512});
  session.start();
  for (int i = 0; i < 50; ++i) device.launch();
  const SessionRecords records = session.stop();
  CHECK(records.calls.begin.size() == 50);
  CHECK(records.activities.begin.size() == 50);
  CHECK(std::is_sorted(records.activities.begin.begin(), records.activities.begin.end()));
}

TEST_CASE("a kernel before its call is counted and flagged") {
  VirtualDevice device("early=1");
  CuptiSession session;
  session.start();
  device.launch();
  const SessionRecords records = session.stop();
  CHECK(records.clock_violations == 1);
  CHECK((records.flags.at(0) & kClockViolation) != 0);
}

TEST_CASE("a launch while CUPTI flushes is counted and flagged") {
  VirtualDevice device("overhead=60000000000");  // a minute before the flush
  CuptiSession session;
  session.start();
  device.launch();
  const SessionRecords records = session.stop();
  CHECK(records.overhead_begin.size() == 1);
  CHECK(records.during_overhead == 1);
  CHECK((records.flags.at(0) & kDuringOverhead) != 0);
}

TEST_CASE("a clock that is not the host's refuses the session") {
  VirtualDevice device("clock_offset=5000000");
  CuptiSession session;
  CHECK(error_of([&] { session.start(); }).kind() == ErrorKind::kRefused);
  device.run_script("");
  session.start();
  device.run_script("clock_offset=-5000000");
  CHECK(error_of([&] { session.stop(); }).kind() == ErrorKind::kRefused);
}

TEST_CASE("a failing call of CUPTI is named") {
  VirtualDevice device;
  CuptiSession session;
  session.start();
  device.run_script("fail=cuptiActivityFlushAll:999");
  const CudaError error = error_of([&] { session.stop(); });
  CHECK(error.kind() == ErrorKind::kCall);
  CHECK(error.status() == 999);
  CHECK(std::string(error.what()).starts_with("cuptiActivityFlushAll: "));
  device.run_script("");
  CHECK(error_of([&] { session.stop(); }).kind() == ErrorKind::kRefused);  // it is over
  device.run_script("fail=cuptiActivityEnable:999");
  CHECK(error_of([&] { session.start(); }).kind() == ErrorKind::kCall);
}

TEST_CASE("no driver, no device") {
  VirtualDevice device;
  device.run_script("init=100");
  const CudaError error = error_of([] { CuptiSession session; });
  CHECK(error.kind() == ErrorKind::kNoDevice);
  device.run_script("init=999");
  CHECK(error_of([] { CuptiSession session; }).kind() == ErrorKind::kNoDriver);
  device.run_script("devices=0");
  CHECK(error_of([] { CuptiSession session; }).kind() == ErrorKind::kNoDevice);
}
