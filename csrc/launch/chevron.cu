#include "launch/chevron.hpp"

namespace skipx::launch {

namespace {

template <int kBytes>
struct alignas(8) Arguments {
  unsigned char bytes[kBytes];
};

__global__ void null_kernel() {}

template <int kBytes>
__global__ void null_kernel_with(Arguments<kBytes>) {}

template <int kBytes>
void launch(unsigned grid, const void* arguments, void* stream) {
  const auto on = static_cast<cudaStream_t>(stream);
  null_kernel_with<kBytes><<<grid, 1, 0, on>>>(*static_cast<const Arguments<kBytes>*>(arguments));
}

template <>
void launch<0>(unsigned grid, const void*, void* stream) {
  null_kernel<<<grid, 1, 0, static_cast<cudaStream_t>(stream)>>>();
}

const char* name_of(cudaError_t error) {
  return error == cudaSuccess ? nullptr : cudaGetErrorName(error);
}

const char* last_error() { return name_of(cudaGetLastError()); }
const char* set_device(int ordinal) { return name_of(cudaSetDevice(ordinal)); }

template <int kBytes>
constexpr ForeignLaunch kLaunch{&launch<kBytes>, &last_error, &set_device};

}  // namespace

const ForeignLaunch* chevron_launch(int argument_bytes) {
  switch (argument_bytes) {
    case 0:
      return &kLaunch<0>;
    case 64:
      return &kLaunch<64>;
    case 512:
      return &kLaunch<512>;
    case 4096:
      return &kLaunch<4096>;
    default:
      return nullptr;
  }
}

}  // namespace skipx::launch
