#include "launch/spin.hpp"

#include <array>
#include <atomic>
#include <utility>

#include "launch/kernels.hpp"

namespace skipx::launch {

using cuda::check;

namespace {

struct Spun {
  std::uint64_t cycles, nanoseconds;
};

}  // namespace

Spin::Spin(std::shared_ptr<const Device> device) : memory_(std::move(device), sizeof(Spun)) {}

void Spin::launch(CUstream stream, std::int64_t nanoseconds) {
  std::array<void*, 2> arguments{&nanoseconds, memory_.address()};
  const Device& device = memory_.device();
  check(device.api().cuLaunchKernel(device.spin_kernel(), 1, 1, 1, 1, 1, 1, 0, stream,
                                    arguments.data(), nullptr),
        "cuLaunchKernel");
}

double Spin::mhz() const {
  auto* const spun = static_cast<Spun*>(memory_.host());
  const auto cycles = std::atomic_ref(spun->cycles).load();
  const auto nanoseconds = std::atomic_ref(spun->nanoseconds).load();
  if (nanoseconds == 0)
    throw cuda::CudaError(cuda::ErrorKind::kRefused, "the device's timer stands still");
  return 1e3 * static_cast<double>(cycles) / static_cast<double>(nanoseconds);
}

double SmClock::mhz() {
  constexpr std::int64_t kLength = 100'000;
  const Device& device = spin_.device();
  device.make_current();
  spin_.launch(device.stream(true), kLength);
  device.synchronize(device.stream(true));
  return spin_.mhz();
}

}  // namespace skipx::launch
