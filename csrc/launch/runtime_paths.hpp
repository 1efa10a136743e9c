// Launches through the runtime API of the libcudart that the process uses: torch's, if it is there.
#pragma once

#include "cuda/runtime.hpp"
#include "launch/launcher.hpp"

namespace skipx::launch {

// The null kernel as the runtime knows it. Throws CudaError (kTooOld) for a runtime before 12.8,
// which knows only kernels that nvcc built.
class RuntimeKernel {
 public:
  RuntimeKernel(int device, int argument_bytes);
  ~RuntimeKernel();
  RuntimeKernel(const RuntimeKernel&) = delete;
  RuntimeKernel& operator=(const RuntimeKernel&) = delete;

  // What the launch calls take for a kernel.
  const void* handle() const { return kernel_; }

 private:
  cudaLibrary_t library_ = nullptr;
  cudaKernel_t kernel_ = nullptr;
};

class RuntimeLauncher : public Launcher {  // cudaLaunchKernel
 public:
  RuntimeLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape);
  void launch() override;

 private:
  const cuda::RuntimeApi& runtime_;
  RuntimeKernel kernel_;
};

class RuntimeExLauncher : public Launcher {  // cudaLaunchKernelExC
 public:
  // `programmatic`: with programmatic dependent launch, from compute capability 9.0 on.
  RuntimeExLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape,
                    bool programmatic);
  void launch() override;

 private:
  const cuda::RuntimeApi& runtime_;
  RuntimeKernel kernel_;
  cudaLaunchAttribute attribute_{};
  cudaLaunchConfig_t config_{};
};

}  // namespace skipx::launch
