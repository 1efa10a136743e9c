#include "launch/device.hpp"

#include <array>
#include <cstddef>

#include "launch/kernels.hpp"

namespace skipx::launch {

using cuda::check;

Device::Device(int ordinal) : api_(cuda::initialised_driver()), ordinal_(ordinal) {
  int count = 0;
  check(api_.cuDeviceGetCount(&count), "cuDeviceGetCount");
  if (ordinal < 0 || ordinal >= count)
    throw cuda::CudaError(cuda::ErrorKind::kNoDevice, "no device " + std::to_string(ordinal),
                          "there are " + std::to_string(count) + ", numbered from 0");
  check(api_.cuDeviceGet(&device_, ordinal), "cuDeviceGet");
  check(api_.cuDevicePrimaryCtxRetain(&context_, device_), "cuDevicePrimaryCtxRetain");
  try {
    load();
  } catch (...) {
    release();
    throw;
  }
}

Device::~Device() { release(); }

void Device::load() {
  make_current();
  check(api_.cuStreamCreate(&stream_, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
  check(api_.cuModuleLoadData(&module_, device_code().c_str()), "cuModuleLoadData");
  for (const int bytes : kArgumentBytes) {
    const std::string name = null_kernel_name(bytes);
    check(api_.cuModuleGetFunction(&null_kernels_[bytes], module_, name.c_str()),
          "cuModuleGetFunction");
  }
  check(api_.cuModuleGetFunction(&gate_kernel_, module_, kGateKernel), "cuModuleGetFunction");
  check(api_.cuModuleGetFunction(&spin_kernel_, module_, kSpinKernel), "cuModuleGetFunction");
}

// At the end of a process the driver may be gone already; nothing can be done about its answers.
void Device::release() {
  if (api_.cuCtxSetCurrent(context_) == CUDA_SUCCESS) {
    if (module_ != nullptr) api_.cuModuleUnload(module_);
    if (stream_ != nullptr) api_.cuStreamDestroy(stream_);
  }
  api_.cuDevicePrimaryCtxRelease(device_);
}

void Device::make_current() const { check(api_.cuCtxSetCurrent(context_), "cuCtxSetCurrent"); }

int Device::attribute(CUdevice_attribute attribute) const {
  int value = 0;
  check(api_.cuDeviceGetAttribute(&value, attribute, device_), "cuDeviceGetAttribute");
  return value;
}

int Device::multiprocessors() const { return attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT); }

int Device::compute_capability() const {
  return 10 * attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) +
         attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
}

std::string Device::name() const {
  std::array<char, 256> text{};
  check(api_.cuDeviceGetName(text.data(), static_cast<int>(text.size()), device_),
        "cuDeviceGetName");
  return text.data();
}

std::string Device::pci_bus_id() const {
  std::array<char, 64> text{};
  check(api_.cuDeviceGetPCIBusId(text.data(), static_cast<int>(text.size()), device_),
        "cuDeviceGetPCIBusId");
  return text.data();
}

std::string Device::uuid() const {
  CUuuid uuid{};
  check(api_.cuDeviceGetUuid(&uuid, device_), "cuDeviceGetUuid");
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text = "GPU-";
  for (std::size_t i = 0; i < sizeof uuid.bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    const auto byte = static_cast<unsigned char>(uuid.bytes[i]);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

void Device::synchronize(CUstream stream) const {
  check(api_.cuStreamSynchronize(stream), "cuStreamSynchronize");
}

}  // namespace skipx::launch
