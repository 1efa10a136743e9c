// What keeps a stream busy: the gate, the spinning kernel, the SM clock, the waits.
#include <doctest/doctest.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#include "launch/copies.hpp"
#include "launch/gate.hpp"
#include "launch/kernels.hpp"
#include "launch/queue.hpp"
#include "launch/spin.hpp"
#include "launch/waits.hpp"
#include "virtual_device.hpp"

using skipx::cuda::CudaError;
using skipx::cuda::ErrorKind;
using skipx::testing::VirtualDevice;
namespace launch = skipx::launch;

namespace {

unsigned long long activities(const VirtualDevice& gpu) {
  using Count = unsigned long long (*)();
  return reinterpret_cast<Count>(gpu.api().library.find("standin_activities"))();
}

}  // namespace

TEST_CASE("the SM clock is cycles over ns of the device's timer") {
  const VirtualDevice gpu("sm_mhz=1755;sm_mhz_most=1980");
  launch::SmClock clock(gpu.device());
  CHECK(clock.mhz() == doctest::Approx(1755));
  CHECK(gpu.device()->attribute(CU_DEVICE_ATTRIBUTE_CLOCK_RATE) == 1'980'000);
}

TEST_CASE("a device's timer that stands still is refused, not divided by") {
  const VirtualDevice gpu;
  launch::Spin spin(gpu.device());
  spin.launch(gpu.stream(), 0);  // the kernel writes 0 and 0 where the timer does not move
  gpu.device()->synchronize(gpu.stream());
  try {
    spin.mhz();
    FAIL("a clock came of nothing");
  } catch (const CudaError& error) {
    CHECK(error.kind() == ErrorKind::kRefused);
    CHECK(std::string(error.what()) == "the device's timer stands still");
  }
}

TEST_CASE("each wait has one kernel before it") {
  const VirtualDevice gpu;
  for (const auto wait : {launch::Wait::kStream, launch::Wait::kDevice, launch::Wait::kEvent}) {
    const unsigned long long before = activities(gpu);
    launch::run_waits(gpu.device(), wait, 3);
    CHECK(activities(gpu) - before == 3);
  }
}

TEST_CASE("a wait that fails says which call it was") {
  const VirtualDevice gpu("fail=cuEventSynchronize:700");
  CHECK_THROWS_WITH_AS(launch::run_waits(gpu.device(), launch::Wait::kEvent, 1),
                       "cuEventSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS, as the script says",
                       CudaError);
}

TEST_CASE("a gate that the kernel gave up on is told") {
  const VirtualDevice gpu;
  launch::Gate gate(gpu.device());
  gate.close(gpu.stream());
  gate.open();
  CHECK_NOTHROW(gate.require_kept());
  gate.open();  // open already
  CHECK_NOTHROW(gate.require_kept());
}

TEST_CASE("the depth of a queue, and none where it is deeper than was tried") {
  {
    const VirtualDevice gpu("queue=40;kernel=skipx_gate:60000000");
    CHECK(launch::queue_depth(gpu.device(), 4096, 10) == 40);
  }
  const VirtualDevice gpu("queue=4096;kernel=skipx_gate:20000000");
  CHECK(!launch::queue_depth(gpu.device(), 16, 10).has_value());
}

TEST_CASE("queued pairs, and copies of every kind") {
  const VirtualDevice gpu("kernel=skipx_gate:1000000");
  const unsigned long long before = activities(gpu);
  launch::run_queued(gpu.device(), launch::Pair::kKernelMemset, 4);
  CHECK(activities(gpu) - before == 2 + 1 + 8);  // the warm-up, the gate, the pairs
  for (const auto direction : {launch::Direction::kHostToDevice, launch::Direction::kDeviceToHost})
    for (const bool pinned : {false, true})
      CHECK(launch::time_copies(*gpu.device(), direction, pinned, 4096, 3).size() == 3);
}

TEST_CASE("no null kernel of another size, no device of another number") {
  const VirtualDevice gpu;
  CHECK_THROWS_AS(launch::null_kernel_name(65), std::invalid_argument);
  CHECK_THROWS_AS(launch::Device(7), CudaError);
}
