#include "replay/pointers.hpp"

namespace skipx::replay {

namespace {

// No allocation of CUDA lies in the first pages; most small numbers need no question to the driver.
constexpr CUdeviceptr kLowest = 1 << 16;

}  // namespace

std::optional<Range> range_of(const cuda::DriverApi& api, CUdeviceptr address) {
  if (address < kLowest) return std::nullopt;
  Range range;
  if (api.cuPointerGetAttribute(&range.begin, CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, address) !=
          CUDA_SUCCESS ||
      api.cuPointerGetAttribute(&range.size, CU_POINTER_ATTRIBUTE_RANGE_SIZE, address) !=
          CUDA_SUCCESS ||
      !range.contains(address))
    return std::nullopt;
  return range;
}

std::vector<Pointer> find_pointers(const cuda::DriverApi& api, const ArgumentBlob& arguments) {
  std::vector<Pointer> pointers;
  for (const std::uint64_t word : arguments.words())
    if (const auto range = range_of(api, word)) pointers.push_back({word, *range});
  return pointers;
}

void require_alive(const cuda::DriverApi& api, const Launch& launch) {
  const auto require = [&](CUdeviceptr address, const Range* recorded) {
    const auto now = range_of(api, address);
    if (!now)
      throw cuda::CudaError(cuda::ErrorKind::kRefused, "its memory was freed since it was recorded",
                            "keep the workload's buffers alive");
    if (recorded != nullptr && *now != *recorded)
      throw cuda::CudaError(cuda::ErrorKind::kRefused,
                            "its memory was freed and given to another allocation",
                            "keep the workload's buffers alive");
  };
  switch (launch.kind) {
    case LaunchKind::kKernel:
      for (const Pointer& pointer : launch.kernel.pointers)
        require(pointer.address, &pointer.range);
      return;
    case LaunchKind::kMemset:
      return require(launch.memset.target, nullptr);
    case LaunchKind::kMemcpy:
      require(launch.memcpy.target, nullptr);
      return require(launch.memcpy.source, nullptr);
    case LaunchKind::kOther:
      return;
  }
}

}  // namespace skipx::replay
