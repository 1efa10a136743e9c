#include "launch/gate.hpp"

#include <array>
#include <atomic>
#include <utility>

#include "launch/kernels.hpp"

namespace skipx::launch {

using cuda::check;

namespace {

constexpr std::uint32_t kClosed = 0;
constexpr std::uint32_t kOpen = 1;

}  // namespace

Gate::Gate(std::shared_ptr<const Device> device)
    : memory_(std::move(device), sizeof(std::uint32_t)) {
  word() = kOpen;
}

Gate::~Gate() { open(); }

void Gate::close(CUstream stream) {
  std::atomic_ref(word()).store(kClosed);
  std::array<void*, 1> arguments{memory_.address()};
  const Device& device = memory_.device();
  check(device.api().cuLaunchKernel(device.gate_kernel(), 1, 1, 1, 1, 1, 1, 0, stream,
                                    arguments.data(), nullptr),
        "cuLaunchKernel");
}

void Gate::open() {
  std::uint32_t closed = kClosed;  // what the kernel wrote when it gave up stays
  std::atomic_ref(word()).compare_exchange_strong(closed, kOpen);
}

void Gate::require_kept() const {
  if (std::atomic_ref(word()).load() == kGateTimedOut)
    throw cuda::CudaError(cuda::ErrorKind::kRefused,
                          "the kernel that holds the queue gave up waiting for the host");
}

}  // namespace skipx::launch
