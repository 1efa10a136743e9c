// The stand-in of libcuda as a device that tests of replay record and replay on.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "cuda/driver.hpp"
#include "launch/device.hpp"

namespace skipx::testing {

class VirtualDevice {
 public:
  // `script` is that of the stand-in; "add" increments the word that its first argument points to.
  explicit VirtualDevice(const std::string& script = {}) : api_(load()) {
    const auto play = reinterpret_cast<void (*)(const char*)>(api_.library.find("standin_script"));
    REQUIRE((play != nullptr));
    play(("kernel=add:1500:8/4:increment;kernel=_ZN1a1bEv:500;" + script).c_str());
    device_ = std::make_shared<launch::Device>(0);
    device_->make_current();
    cuda::check(api_.cuModuleLoadData(&module_, ""), "cuModuleLoadData");
  }

  ~VirtualDevice() {
    // A test may have freed some of it, which the answer then says.
    for (const CUdeviceptr address : allocated_) api_.cuMemFree(address);
  }
  VirtualDevice(const VirtualDevice&) = delete;
  VirtualDevice& operator=(const VirtualDevice&) = delete;

  const cuda::DriverApi& api() const { return api_; }
  const std::shared_ptr<launch::Device>& device() const { return device_; }
  CUstream stream() const { return device_->stream(true); }

  CUfunction function(const char* name) const {
    CUfunction function = nullptr;
    cuda::check(api_.cuModuleGetFunction(&function, module_, name), "cuModuleGetFunction");
    return function;
  }

  CUdeviceptr allocate(std::size_t bytes, std::uint32_t first_word = 0) const {
    CUdeviceptr address = 0;
    cuda::check(api_.cuMemAlloc(&address, bytes), "cuMemAlloc");
    allocated_.push_back(address);
    std::memcpy(reinterpret_cast<void*>(address), &first_word, sizeof first_word);
    return address;
  }

  // The stand-in's memory is the host's.
  std::uint32_t word(CUdeviceptr address) const {
    std::uint32_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
    return value;
  }

  void launch_add(CUdeviceptr target, int number = 0) const {
    std::array<void*, 2> arguments{&target, &number};
    cuda::check(api_.cuLaunchKernel(function("add"), 2, 3, 4, 32, 1, 1, 256, stream(),
                                    arguments.data(), nullptr),
                "cuLaunchKernel");
  }

  template <typename Work>
  CUgraph capture(Work&& work) const {
    cuda::check(api_.cuStreamBeginCapture(stream(), CU_STREAM_CAPTURE_MODE_RELAXED),
                "cuStreamBeginCapture");
    work();
    CUgraph graph = nullptr;
    cuda::check(api_.cuStreamEndCapture(stream(), &graph), "cuStreamEndCapture");
    return graph;
  }

 private:
  static const cuda::DriverApi& load() {
    setenv("SKIPX_LIBCUDA", (std::string(SKIPX_STANDINS) + "/libstandin_cuda.so").c_str(), 1);
    setenv("SKIPX_LIBCUPTI", (std::string(SKIPX_STANDINS) + "/libstandin_cupti.so").c_str(), 1);
    return cuda::initialised_driver();
  }

  const cuda::DriverApi& api_;
  std::shared_ptr<launch::Device> device_;
  CUmodule module_ = nullptr;
  mutable std::vector<CUdeviceptr> allocated_;
};

}  // namespace skipx::testing
