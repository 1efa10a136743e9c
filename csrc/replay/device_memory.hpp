// Device memory that frees itself.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <utility>

#include "cuda/driver.hpp"

namespace skipx::replay {

class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(const cuda::DriverApi& api, std::size_t bytes) : api_(&api), bytes_(bytes) {
    cuda::check(api.cuMemAlloc(&address_, bytes), "cuMemAlloc");
  }
  DeviceMemory(DeviceMemory&& other) noexcept
      : api_(other.api_), address_(std::exchange(other.address_, 0)), bytes_(other.bytes_) {}
  DeviceMemory& operator=(DeviceMemory&& other) noexcept {
    std::swap(api_, other.api_);
    std::swap(address_, other.address_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~DeviceMemory() {
    if (address_ != 0) api_->cuMemFree(address_);
  }

  CUdeviceptr address() const { return address_; }
  std::size_t bytes() const { return bytes_; }

 private:
  const cuda::DriverApi* api_ = nullptr;
  CUdeviceptr address_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace skipx::replay
