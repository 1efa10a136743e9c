// One device through its primary context, with the null kernels loaded.
#pragma once

#include <map>
#include <string>

#include "cuda/driver.hpp"

namespace skipx::launch {

class Device {
 public:
  // Throws CudaError where there is no driver, no such device, or no memory for a context.
  explicit Device(int ordinal);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // Makes the context current on this thread; other code may have made another one so.
  void make_current() const;

  const cuda::DriverApi& api() const { return api_; }
  int ordinal() const { return ordinal_; }
  int attribute(CUdevice_attribute attribute) const;
  int multiprocessors() const;
  // 90 for compute capability 9.0.
  int compute_capability() const;
  std::string name() const;
  std::string pci_bus_id() const;
  // As the driver's tools write it: GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.
  std::string uuid() const;

  CUfunction null_kernel(int argument_bytes) const { return null_kernels_.at(argument_bytes); }
  CUfunction gate_kernel() const { return gate_kernel_; }
  CUfunction spin_kernel() const { return spin_kernel_; }
  // The legacy default stream, or one that does not wait for it.
  CUstream stream(bool non_blocking) const { return non_blocking ? stream_ : nullptr; }
  void synchronize(CUstream stream) const;

 private:
  void load();
  void release();

  const cuda::DriverApi& api_;
  int ordinal_;
  CUdevice device_ = 0;
  CUcontext context_ = nullptr;
  CUmodule module_ = nullptr;
  CUstream stream_ = nullptr;
  std::map<int, CUfunction> null_kernels_;
  CUfunction gate_kernel_ = nullptr;
  CUfunction spin_kernel_ = nullptr;
};

}  // namespace skipx::launch
