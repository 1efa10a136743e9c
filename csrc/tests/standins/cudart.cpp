// The stand-in of libcudart, on top of libcuda's. A function is named by its CUkernel handle.
#include <cuda_runtime_api.h>

#include "device.hpp"

namespace {

cudaError_t error(CUresult result) { return static_cast<cudaError_t>(result); }

CUstream driver_stream(cudaStream_t stream) { return stream; }

}  // namespace

extern "C" {

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = static_cast<int>(standin::script().number("version"));
  return cudaSuccess;
}

const char* cudaGetErrorName(cudaError_t result) {
  const char* name = nullptr;
  return cuGetErrorName(static_cast<CUresult>(result), &name) == CUDA_SUCCESS ? name
                                                                              : "cudaErrorUnknown";
}

const char* cudaGetErrorString(cudaError_t) { return "as the script says"; }
cudaError_t cudaGetLastError() { return cudaSuccess; }

cudaError_t cudaGetDeviceCount(int* count) { return error(cuDeviceGetCount(count)); }

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int) { return cudaSuccess; }

cudaError_t cudaDeviceSynchronize() {
  const standin::Traced traced(true, 165, "cudaDeviceSynchronize_v3020");
  return error(cuCtxSynchronize());
}

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
  return error(cuMemAlloc(reinterpret_cast<CUdeviceptr*>(pointer), bytes));
}

cudaError_t cudaFree(void* pointer) {
  return error(cuMemFree(reinterpret_cast<CUdeviceptr>(pointer)));
}

cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) {
  return error(cuMemHostAlloc(pointer, bytes, 0));
}

cudaError_t cudaFreeHost(void* pointer) { return error(cuMemFreeHost(pointer)); }

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind,
                            cudaStream_t stream) {
  const standin::Traced traced(true, 41, "cudaMemcpyAsync_v3020");
  return error(cuMemcpyAsync(reinterpret_cast<CUdeviceptr>(to), reinterpret_cast<CUdeviceptr>(from),
                             bytes, driver_stream(stream)));
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  const standin::Traced traced(true, 51, "cudaMemsetAsync_v3020");
  return error(cuMemsetD8Async(reinterpret_cast<CUdeviceptr>(to), static_cast<unsigned char>(value),
                               bytes, driver_stream(stream)));
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return error(cuStreamCreate(stream, flags));
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) { return error(cuStreamDestroy(stream)); }

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const standin::Traced traced(true, 131, "cudaStreamSynchronize_v3020");
  return error(cuStreamSynchronize(driver_stream(stream)));
}

cudaError_t cudaLaunchKernel(const void* function, dim3 grid, dim3 block, void** arguments,
                             std::size_t shared, cudaStream_t stream) {
  const standin::Traced traced(true, 211, "cudaLaunchKernel_v7000");
  return error(cuLaunchKernel(static_cast<CUfunction>(const_cast<void*>(function)), grid.x, grid.y,
                              grid.z, block.x, block.y, block.z, static_cast<unsigned>(shared),
                              driver_stream(stream), arguments, nullptr));
}

cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* config, const void* function,
                                void** arguments) {
  const standin::Traced traced(true, 430, "cudaLaunchKernelExC_v11060");
  const CUlaunchConfig same{config->gridDim.x,
                            config->gridDim.y,
                            config->gridDim.z,
                            config->blockDim.x,
                            config->blockDim.y,
                            config->blockDim.z,
                            static_cast<unsigned>(config->dynamicSmemBytes),
                            driver_stream(config->stream),
                            reinterpret_cast<CUlaunchAttribute*>(config->attrs),
                            config->numAttrs};
  return error(cuLaunchKernelEx(&same, static_cast<CUfunction>(const_cast<void*>(function)),
                                arguments, nullptr));
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  const standin::Traced traced(true, 311, "cudaGraphLaunch_v10000");
  return error(cuGraphLaunch(graph, driver_stream(stream)));
}

#ifndef STANDIN_OLD
cudaError_t cudaLibraryLoadData(cudaLibrary_t* library, const void* code, cudaJitOption*, void**,
                                unsigned, cudaLibraryOption*, void**, unsigned) {
  return error(cuLibraryLoadData(reinterpret_cast<CUlibrary*>(library), code, nullptr, nullptr, 0,
                                 nullptr, nullptr, 0));
}

cudaError_t cudaLibraryUnload(cudaLibrary_t) { return cudaSuccess; }

cudaError_t cudaLibraryGetKernel(cudaKernel_t* kernel, cudaLibrary_t library, const char* name) {
  return error(cuLibraryGetKernel(reinterpret_cast<CUkernel*>(kernel),
                                  reinterpret_cast<CUlibrary>(library), name));
}

cudaError_t cudaGetKernel(cudaKernel_t* kernel, const void* function) {
  *kernel = static_cast<cudaKernel_t>(const_cast<void*>(function));
  return cudaSuccess;
}
#endif
}
