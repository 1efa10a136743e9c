// Launches through the driver API: a kernel, a kernel with a launch configuration, a memset.
#pragma once

#include "launch/launcher.hpp"

namespace skipx::launch {

class DriverLauncher : public Launcher {  // cuLaunchKernel
 public:
  DriverLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape);
  void launch() override;

 private:
  CUfunction kernel_;
};

class DriverExLauncher : public Launcher {  // cuLaunchKernelEx
 public:
  DriverExLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape);
  void launch() override;

 private:
  CUfunction kernel_;
  CUlaunchConfig config_{};
};

class MemsetLauncher : public Launcher {  // cuMemsetD8Async of four bytes
 public:
  static constexpr std::size_t kBytes = 4;

  MemsetLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape);
  ~MemsetLauncher() override;
  void launch() override;

 private:
  CUdeviceptr memory_ = 0;
};

}  // namespace skipx::launch
