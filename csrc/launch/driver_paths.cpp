#include "launch/driver_paths.hpp"

#include <utility>

namespace skipx::launch {

using cuda::check;

DriverLauncher::DriverLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape)
    : Launcher(std::move(device), shape), kernel_(this->device().null_kernel(argument_bytes())) {}

void DriverLauncher::launch() {
  check(device().api().cuLaunchKernel(kernel_, grid(), 1, 1, 1, 1, 1, 0, stream(), arguments(),
                                      nullptr),
        "cuLaunchKernel");
}

DriverExLauncher::DriverExLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape)
    : Launcher(std::move(device), shape), kernel_(this->device().null_kernel(argument_bytes())) {
  config_.gridDimX = grid();
  config_.gridDimY = config_.gridDimZ = 1;
  config_.blockDimX = config_.blockDimY = config_.blockDimZ = 1;
  config_.hStream = stream();
}

void DriverExLauncher::launch() {
  check(device().api().cuLaunchKernelEx(&config_, kernel_, arguments(), nullptr),
        "cuLaunchKernelEx");
}

MemsetLauncher::MemsetLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape)
    : Launcher(std::move(device), shape) {
  check(this->device().api().cuMemAlloc(&memory_, kBytes), "cuMemAlloc");
}

MemsetLauncher::~MemsetLauncher() { device().api().cuMemFree(memory_); }

void MemsetLauncher::launch() {
  check(device().api().cuMemsetD8Async(memory_, 0, kBytes, stream()), "cuMemsetD8Async");
}

}  // namespace skipx::launch
