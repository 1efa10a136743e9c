// Page-locked memory of the host that kernels read and write while they run.
#pragma once

#include <cstddef>
#include <memory>

#include "launch/device.hpp"

namespace skipx::launch {

class MappedMemory {
 public:
  MappedMemory(std::shared_ptr<const Device> device, std::size_t bytes);
  ~MappedMemory();
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;

  const Device& device() const { return *device_; }
  void* host() const { return host_; }
  // As kernels see it; a kernel takes a pointer to this for its parameter.
  CUdeviceptr* address() { return &address_; }

 private:
  std::shared_ptr<const Device> device_;
  void* host_ = nullptr;
  CUdeviceptr address_ = 0;
};

}  // namespace skipx::launch
