#include "launch/mapped_memory.hpp"

#include <utility>

namespace skipx::launch {

using cuda::check;

MappedMemory::MappedMemory(std::shared_ptr<const Device> device, std::size_t bytes)
    : device_(std::move(device)) {
  const cuda::DriverApi& api = device_->api();
  // Portable: whichever context of the device is current, its kernels see the memory.
  constexpr unsigned kFlags = CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP;
  device_->make_current();
  check(api.cuMemHostAlloc(&host_, bytes, kFlags), "cuMemHostAlloc");
  const CUresult mapped = api.cuMemHostGetDevicePointer(&address_, host_, 0);
  if (mapped != CUDA_SUCCESS) api.cuMemFreeHost(host_);
  check(mapped, "cuMemHostGetDevicePointer");
}

MappedMemory::~MappedMemory() {
  // Kernels may still use it: they must be gone before it is. At the end of a process the driver
  // may be gone already; nothing can be done about its answers.
  const cuda::DriverApi& api = device_->api();
  api.cuCtxSynchronize();
  api.cuMemFreeHost(host_);
}

}  // namespace skipx::launch
