// The launch paths and their timed loops on a virtual device.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "launch/driver_paths.hpp"
#include "launch/foreign_path.hpp"
#include "launch/graph_path.hpp"
#include "launch/kernels.hpp"
#include "launch/loops.hpp"
#include "launch/runtime_paths.hpp"
#include "virtual_device.hpp"

using skipx::cuda::CudaError;
using skipx::testing::VirtualDevice;
namespace launch = skipx::launch;

namespace {

using Device = std::shared_ptr<const launch::Device>;
using Make = std::function<std::unique_ptr<launch::Launcher>(const Device&, launch::LaunchShape)>;

template <typename Kind, typename... More>
Make maker(More... more) {
  return [=](const Device& device, launch::LaunchShape shape) {
    return std::make_unique<Kind>(device, shape, more...);
  };
}

void name_runtime() {
  setenv("SKIPX_LIBCUDART", (std::string(SKIPX_STANDINS) + "/libstandin_cudart.so").c_str(), 1);
}

unsigned long long activities(const VirtualDevice& gpu) {
  using Count = unsigned long long (*)();
  return reinterpret_cast<Count>(gpu.api().library.find("standin_activities"))();
}

int foreign_launches = 0;
const char* foreign_error = nullptr;

constexpr launch::ForeignLaunch kForeign{[](unsigned, const void*, void*) { ++foreign_launches; },
                                         [] { return foreign_error; },
                                         [](int) -> const char* { return nullptr; }};

}  // namespace

TEST_CASE("every path launches one item a launch, with every size of arguments") {
  name_runtime();
  const VirtualDevice gpu;
  const std::vector<Make> paths = {
      maker<launch::DriverLauncher>(),        maker<launch::DriverExLauncher>(),
      maker<launch::RuntimeLauncher>(),       maker<launch::RuntimeExLauncher>(false),
      maker<launch::RuntimeExLauncher>(true), maker<launch::MemsetLauncher>()};
  for (const Make& make : paths)
    for (const int bytes : launch::kArgumentBytes)
      for (const bool non_blocking : {false, true}) {
        const auto launcher = make(gpu.device(), {bytes, 132, non_blocking});
        const unsigned long long before = activities(gpu);
        const launch::IdleBlock idle = launch::time_idle(*launcher, 3);
        CHECK(activities(gpu) - before == 3);
        CHECK(idle.call_ns.size() == 3);
        CHECK(idle.sync_ns.size() == 3);
        CHECK(idle.returned_at.size() == 3);
        const launch::BurstBlock bursts = launch::time_bursts(*launcher, 2, 4);
        CHECK(activities(gpu) - before == 3 + 2 * 4);
        CHECK(bursts.drained_ns.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) CHECK(bursts.submitted_ns[i] <= bursts.drained_ns[i]);
      }
}

TEST_CASE("a graph of n nodes is n items, whatever its branches") {
  const VirtualDevice gpu;
  for (const int branches : {1, 4}) {
    launch::GraphLauncher launcher(gpu.device(), {}, 10, branches);
    const unsigned long long before = activities(gpu);
    launch::time_idle(launcher, 2);
    CHECK(activities(gpu) - before == 20);
  }
  CHECK_THROWS_AS(launch::GraphLauncher(gpu.device(), {}, 3, 4), std::invalid_argument);
  CHECK_THROWS_AS(launch::GraphLauncher(gpu.device(), {}, 1, 0), std::invalid_argument);
}

TEST_CASE("a launch that fails ends its loop with the call's name") {
  const VirtualDevice gpu("fail=cuLaunchKernelEx:700");
  launch::DriverExLauncher launcher(gpu.device(), {});
  CHECK_THROWS_WITH_AS(launch::time_idle(launcher, 2),
                       "cuLaunchKernelEx: CUDA_ERROR_ILLEGAL_ADDRESS, as the script says",
                       CudaError);
}

TEST_CASE("the launch of another extension is timed by the same loops, its errors told") {
  const VirtualDevice gpu;
  launch::ForeignLauncher launcher(gpu.device(), {64, 1, true}, kForeign);
  foreign_launches = 0;
  launch::time_bursts(launcher, 2, 5);
  CHECK(foreign_launches == 10);
  foreign_error = "cudaErrorNoKernelImageForDevice";
  CHECK_THROWS_WITH_AS(launch::time_idle(launcher, 1), "<<<>>>: cudaErrorNoKernelImageForDevice",
                       CudaError);
  foreign_error = nullptr;
}

TEST_CASE("preheating launches at least once, and counts") {
  const VirtualDevice gpu;
  launch::DriverLauncher launcher(gpu.device(), {});
  const unsigned long long before = activities(gpu);
  const std::int64_t launched = launch::preheat(launcher, 0);
  CHECK(launched > 0);
  CHECK(activities(gpu) - before == static_cast<unsigned long long>(launched));
}

TEST_CASE("a shape that cannot be launched is refused before it is tried") {
  const VirtualDevice gpu;
  CHECK_THROWS_AS(launch::DriverLauncher(gpu.device(), {0, 0, true}), std::invalid_argument);
  CHECK_THROWS_AS(launch::DriverLauncher(gpu.device(), {-1, 1, true}), std::invalid_argument);
}

TEST_CASE("the device tells its name, bus and identity") {
  const VirtualDevice gpu;
  CHECK(gpu.device()->name() == "Virtual GPU 0");
  CHECK(gpu.device()->pci_bus_id() == "0000:00:00.0");
  CHECK(gpu.device()->uuid() == "GPU-01010101-0101-0101-0101-010101010101");
  CHECK(gpu.device()->multiprocessors() == 132);
}
