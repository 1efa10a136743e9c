// The stand-in of libcuda: memory, which is the host's.
#include <cstdlib>
#include <cstring>

#include "device.hpp"

namespace {

struct Range {
  std::size_t bytes;
  unsigned long long id;
  bool host;
};

std::map<CUdeviceptr, Range>& ranges() {
  static std::map<CUdeviceptr, Range> all;
  return all;
}

CUresult allocate(CUdeviceptr* pointer, std::size_t bytes, bool host) {
  static unsigned long long next_id = 1;
  if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
  void* const block = std::aligned_alloc(512, (bytes + 511) / 512 * 512);
  if (block == nullptr) return CUDA_ERROR_OUT_OF_MEMORY;
  *pointer = reinterpret_cast<CUdeviceptr>(block);
  ranges()[*pointer] = {bytes, next_id++, host};
  return CUDA_SUCCESS;
}

CUresult release(CUdeviceptr pointer) {
  if (pointer == 0) return CUDA_SUCCESS;
  if (ranges().erase(pointer) == 0) return CUDA_ERROR_INVALID_VALUE;
  std::free(reinterpret_cast<void*>(pointer));
  return CUDA_SUCCESS;
}

const std::pair<const CUdeviceptr, Range>* range_of(CUdeviceptr pointer) {
  auto after = ranges().upper_bound(pointer);
  if (after == ranges().begin()) return nullptr;
  --after;
  return pointer < after->first + after->second.bytes ? &*after : nullptr;
}

CUresult copy(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream,
              const char* name, unsigned cbid, std::uint8_t kind, bool waits) {
  const standin::Traced traced(false, cbid, name);
  std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
  standin::Activity activity;
  activity.kind = standin::ActivityKind::kMemcpy;
  activity.bytes = bytes;
  activity.copy_kind = kind;
  const std::int64_t duration =
      standin::script().number("memcpy") +
      static_cast<std::int64_t>(bytes) * 1000 / standin::script().number("bytes_per_us");
  standin::submit(standin::stream_of(stream), traced.call(), duration, activity);
  if (waits) standin::synchronise(standin::stream_of(stream));
  return CUDA_SUCCESS;
}

CUresult fill(CUdeviceptr target, unsigned value, unsigned size, std::size_t count, CUstream handle,
              const char* name, unsigned cbid) {
  const CUDA_MEMSET_NODE_PARAMS parameters{target, 0, value, size, count, 1};
  standin::Stream& stream = standin::stream_of(handle);
  if (stream.capture != nullptr) {
    const CUgraphNode node = standin::captured(stream, CU_GRAPH_NODE_TYPE_MEMSET);
    reinterpret_cast<standin::Node*>(node)->memset = parameters;
    return CUDA_SUCCESS;
  }
  const standin::Traced traced(false, cbid, name);
  standin::apply_memset(parameters);
  standin::Activity activity;
  activity.kind = standin::ActivityKind::kMemset;
  activity.bytes = count * size;
  standin::submit(stream, traced.call(), standin::script().number("memset"), activity);
  return CUDA_SUCCESS;
}

CUdeviceptr address(const void* pointer) { return reinterpret_cast<CUdeviceptr>(pointer); }

}  // namespace

extern "C" {

CUresult cuMemAlloc(CUdeviceptr* pointer, std::size_t bytes) {
  STANDIN_ENTER("cuMemAlloc");
  return allocate(pointer, bytes, false);
}

CUresult cuMemAllocAsync(CUdeviceptr* pointer, std::size_t bytes, CUstream) {
  STANDIN_ENTER("cuMemAllocAsync");
  return allocate(pointer, bytes, false);
}

CUresult cuMemFree(CUdeviceptr pointer) {
  STANDIN_ENTER("cuMemFree");
  standin::synchronise_all();
  return release(pointer);
}

CUresult cuMemFreeAsync(CUdeviceptr pointer, CUstream) {
  STANDIN_ENTER("cuMemFreeAsync");
  return release(pointer);
}

CUresult cuMemHostAlloc(void** pointer, std::size_t bytes, unsigned) {
  STANDIN_ENTER("cuMemHostAlloc");
  CUdeviceptr block = 0;
  const CUresult result = allocate(&block, bytes, true);
  *pointer = reinterpret_cast<void*>(block);
  return result;
}

CUresult cuMemFreeHost(void* pointer) {
  STANDIN_ENTER("cuMemFreeHost");
  return release(address(pointer));
}

CUresult cuMemHostRegister(void*, std::size_t, unsigned) { return CUDA_SUCCESS; }
CUresult cuMemHostUnregister(void*) { return CUDA_SUCCESS; }

CUresult cuMemHostGetDevicePointer(CUdeviceptr* device, void* host, unsigned) {
  *device = address(host);
  return CUDA_SUCCESS;
}

CUresult cuMemGetInfo(std::size_t* available, std::size_t* total) {
  *available = std::size_t{1} << 33;
  *total = std::size_t{1} << 34;
  return CUDA_SUCCESS;
}

CUresult cuMemGetAddressRange(CUdeviceptr* base, std::size_t* bytes, CUdeviceptr pointer) {
  STANDIN_ENTER("cuMemGetAddressRange");
  const auto* const range = range_of(pointer);
  if (range == nullptr) return CUDA_ERROR_INVALID_VALUE;
  if (base != nullptr) *base = range->first;
  if (bytes != nullptr) *bytes = range->second.bytes;
  return CUDA_SUCCESS;
}

CUresult cuPointerGetAttribute(void* value, CUpointer_attribute attribute, CUdeviceptr pointer) {
  STANDIN_ENTER("cuPointerGetAttribute");
  const auto* const range = range_of(pointer);
  if (range == nullptr) return CUDA_ERROR_INVALID_VALUE;
  const auto put = [&](auto answer) { std::memcpy(value, &answer, sizeof answer); };
  switch (attribute) {
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
      put(static_cast<unsigned>(range->second.host ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE));
      return CUDA_SUCCESS;
    case CU_POINTER_ATTRIBUTE_BUFFER_ID:
      put(range->second.id);
      return CUDA_SUCCESS;
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
      put(range->first);
      return CUDA_SUCCESS;
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
      put(range->second.bytes);
      return CUDA_SUCCESS;
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
      put(0);
      return CUDA_SUCCESS;
    default:
      return CUDA_ERROR_NOT_SUPPORTED;
  }
}

CUresult cuPointerGetAttributes(unsigned count, CUpointer_attribute* attributes, void** values,
                                CUdeviceptr pointer) {
  for (unsigned i = 0; i < count; ++i) {
    const CUresult result = cuPointerGetAttribute(values[i], attributes[i], pointer);
    if (result != CUDA_SUCCESS) return result;
  }
  return CUDA_SUCCESS;
}

CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  STANDIN_ENTER("cuMemcpyAsync");
  return copy(to, from, bytes, stream, "cuMemcpyAsync", 306, 8, false);
}

CUresult cuMemcpyHtoD(CUdeviceptr to, const void* from, std::size_t bytes) {
  STANDIN_ENTER("cuMemcpyHtoD");
  return copy(to, address(from), bytes, nullptr, "cuMemcpyHtoD_v2", 276, 1, true);
}

CUresult cuMemcpyDtoH(void* to, CUdeviceptr from, std::size_t bytes) {
  STANDIN_ENTER("cuMemcpyDtoH");
  return copy(address(to), from, bytes, nullptr, "cuMemcpyDtoH_v2", 278, 2, true);
}

CUresult cuMemcpyDtoD(CUdeviceptr to, CUdeviceptr from, std::size_t bytes) {
  STANDIN_ENTER("cuMemcpyDtoD");
  return copy(to, from, bytes, nullptr, "cuMemcpyDtoD_v2", 280, 8, false);
}

CUresult cuMemcpyHtoDAsync(CUdeviceptr to, const void* from, std::size_t bytes, CUstream stream) {
  STANDIN_ENTER("cuMemcpyHtoDAsync");
  return copy(to, address(from), bytes, stream, "cuMemcpyHtoDAsync_v2", 277, 1, false);
}

CUresult cuMemcpyDtoHAsync(void* to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  STANDIN_ENTER("cuMemcpyDtoHAsync");
  return copy(address(to), from, bytes, stream, "cuMemcpyDtoHAsync_v2", 279, 2, false);
}

CUresult cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  STANDIN_ENTER("cuMemcpyDtoDAsync");
  return copy(to, from, bytes, stream, "cuMemcpyDtoDAsync_v2", 281, 8, false);
}

CUresult cuMemsetD8(CUdeviceptr to, unsigned char value, std::size_t count) {
  STANDIN_ENTER("cuMemsetD8");
  return fill(to, value, 1, count, nullptr, "cuMemsetD8_v2", 249);
}

CUresult cuMemsetD32(CUdeviceptr to, unsigned value, std::size_t count) {
  STANDIN_ENTER("cuMemsetD32");
  return fill(to, value, 4, count, nullptr, "cuMemsetD32_v2", 251);
}

CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, std::size_t count, CUstream stream) {
  STANDIN_ENTER("cuMemsetD8Async");
  return fill(to, value, 1, count, stream, "cuMemsetD8Async", 216);
}

CUresult cuMemsetD16Async(CUdeviceptr to, unsigned short value, std::size_t count,
                          CUstream stream) {
  STANDIN_ENTER("cuMemsetD16Async");
  return fill(to, value, 2, count, stream, "cuMemsetD16Async", 218);
}

CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, std::size_t count, CUstream stream) {
  STANDIN_ENTER("cuMemsetD32Async");
  return fill(to, value, 4, count, stream, "cuMemsetD32Async", 220);
}
}
