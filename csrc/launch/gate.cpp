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

Gate::Gate(std::shared_ptr<const Device> device) : device_(std::move(device)) {
  const cuda::DriverApi& api = device_->api();
  void* memory = nullptr;
  check(api.cuMemHostAlloc(&memory, sizeof *word_, CU_MEMHOSTALLOC_DEVICEMAP), "cuMemHostAlloc");
  word_ = static_cast<std::uint32_t*>(memory);
  *word_ = kOpen;
  const CUresult mapped = api.cuMemHostGetDevicePointer(&address_, memory, 0);
  if (mapped != CUDA_SUCCESS) api.cuMemFreeHost(memory);
  check(mapped, "cuMemHostGetDevicePointer");
}

Gate::~Gate() {
  open();
  // The kernel reads the word: it must be gone before the memory is.
  device_->api().cuCtxSynchronize();
  device_->api().cuMemFreeHost(word_);
}

void Gate::close(CUstream stream) {
  std::atomic_ref(*word_).store(kClosed);
  std::array<void*, 1> arguments{&address_};
  check(device_->api().cuLaunchKernel(device_->gate_kernel(), 1, 1, 1, 1, 1, 1, 0, stream,
                                      arguments.data(), nullptr),
        "cuLaunchKernel");
}

void Gate::open() {
  std::uint32_t closed = kClosed;  // what the kernel wrote when it gave up stays
  std::atomic_ref(*word_).compare_exchange_strong(closed, kOpen);
}

void Gate::require_kept() const {
  if (std::atomic_ref(*word_).load() == kGateTimedOut)
    throw cuda::CudaError(cuda::ErrorKind::kRefused,
                          "the kernel that holds the queue gave up waiting for the host");
}

}  // namespace skipx::launch
