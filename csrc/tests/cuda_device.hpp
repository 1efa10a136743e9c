// The virtual device of the stand-ins, scripted by a test, with a context and a null kernel.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "cuda/driver.hpp"

namespace skipx::cuda {

class VirtualDevice {
 public:
  explicit VirtualDevice(const std::string& script = "") {
    run_script(script);
    const DriverApi& cuda = initialised_driver();
    check(cuda.cuDevicePrimaryCtxRetain(&context_, 0), "cuDevicePrimaryCtxRetain");
    check(cuda.cuCtxPushCurrent(context_), "cuCtxPushCurrent");
    CUmodule module = nullptr;
    check(cuda.cuModuleLoadData(&module, ""), "cuModuleLoadData");
    check(cuda.cuModuleGetFunction(&null_kernel_, module, "_Z4nullv"), "cuModuleGetFunction");
  }

  ~VirtualDevice() {
    run_script("");
    driver().cuCtxSynchronize();
    driver().cuCtxPopCurrent(nullptr);
    driver().cuDevicePrimaryCtxRelease(0);
  }

  VirtualDevice(const VirtualDevice&) = delete;
  VirtualDevice& operator=(const VirtualDevice&) = delete;

  void run_script(const std::string& text) {
    using Script = void (*)(const char*);
    reinterpret_cast<Script>(driver().library.find("standin_script"))(text.c_str());
  }

  void launch(CUstream stream = nullptr) {
    check(driver().cuLaunchKernel(null_kernel_, 1, 1, 1, 32, 1, 1, 0, stream, nullptr, nullptr),
          "cuLaunchKernel");
  }

  CUfunction null_kernel() const { return null_kernel_; }

 private:
  CUcontext context_ = nullptr;
  CUfunction null_kernel_ = nullptr;
};

}  // namespace skipx::cuda
