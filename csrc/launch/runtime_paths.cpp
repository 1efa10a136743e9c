#include "launch/runtime_paths.hpp"

#include <string>
#include <utility>

#include "launch/kernels.hpp"

namespace skipx::launch {

using cuda::check;
using cuda::CudaError;
using cuda::ErrorKind;

namespace {

constexpr int kFirstProgrammatic = 90;

}  // namespace

RuntimeKernel::RuntimeKernel(int device, int argument_bytes) {
  const cuda::RuntimeApi& api = cuda::runtime();
  if (api.cudaLibraryLoadData == nullptr || api.cudaLibraryGetKernel == nullptr ||
      api.cudaLibraryUnload == nullptr)
    throw CudaError(ErrorKind::kTooOld,
                    "the CUDA runtime " + cuda::dotted_version(api.version) +
                        " launches no kernel that nvcc did not build",
                    "cudaLibraryLoadData came with CUDA 12.8");
  check(api.cudaSetDevice(device), "cudaSetDevice");
  const std::string code = device_code();
  check(api.cudaLibraryLoadData(&library_, code.c_str(), nullptr, nullptr, 0, nullptr, nullptr, 0),
        "cudaLibraryLoadData");
  const std::string name = null_kernel_name(argument_bytes);
  const cudaError_t found = api.cudaLibraryGetKernel(&kernel_, library_, name.c_str());
  if (found != cudaSuccess) api.cudaLibraryUnload(library_);
  check(found, "cudaLibraryGetKernel");
}

RuntimeKernel::~RuntimeKernel() { cuda::runtime().cudaLibraryUnload(library_); }

RuntimeLauncher::RuntimeLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape)
    : Launcher(std::move(device), shape),
      runtime_(cuda::runtime()),
      kernel_(this->device().ordinal(), argument_bytes()) {}

void RuntimeLauncher::launch() {
  check(
      runtime_.cudaLaunchKernel(kernel_.handle(), dim3(grid()), dim3(1), arguments(), 0, stream()),
      "cudaLaunchKernel");
}

RuntimeExLauncher::RuntimeExLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape,
                                     bool programmatic)
    : Launcher(std::move(device), shape),
      runtime_(cuda::runtime()),
      kernel_(this->device().ordinal(), argument_bytes()) {
  const int capability = this->device().compute_capability();
  if (programmatic && capability < kFirstProgrammatic)
    throw CudaError(ErrorKind::kTooOld, "the device has no programmatic dependent launch",
                    "its compute capability is " + std::to_string(capability / 10) + "." +
                        std::to_string(capability % 10) + ", not 9.0");
  attribute_.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute_.val.programmaticStreamSerializationAllowed = 1;
  config_.gridDim = dim3(grid());
  config_.blockDim = dim3(1);
  config_.stream = stream();
  config_.attrs = programmatic ? &attribute_ : nullptr;
  config_.numAttrs = programmatic ? 1 : 0;
}

void RuntimeExLauncher::launch() {
  check(runtime_.cudaLaunchKernelExC(&config_, kernel_.handle(), arguments()),
        "cudaLaunchKernelExC");
}

}  // namespace skipx::launch
