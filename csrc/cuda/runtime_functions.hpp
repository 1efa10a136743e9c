// The functions of libcudart that skipx may call.
#pragma once

// In every libcudart since CUDA 12.0.
#define SKIPX_RUNTIME_REQUIRED(X) \
  X(cudaRuntimeGetVersion)        \
  X(cudaGetErrorName)             \
  X(cudaGetErrorString)           \
  X(cudaGetLastError)             \
  X(cudaGetDeviceCount)           \
  X(cudaGetDevice)                \
  X(cudaSetDevice)                \
  X(cudaDeviceSynchronize)        \
  X(cudaMalloc)                   \
  X(cudaFree)                     \
  X(cudaMallocHost)               \
  X(cudaFreeHost)                 \
  X(cudaMemcpyAsync)              \
  X(cudaMemsetAsync)              \
  X(cudaStreamCreateWithFlags)    \
  X(cudaStreamDestroy)            \
  X(cudaStreamSynchronize)        \
  X(cudaLaunchKernel)             \
  X(cudaLaunchKernelExC)          \
  X(cudaGraphLaunch)

// Null in older libraries; the number is the CUDA version that brought the function, inferred: the
// headers do not tell it.
#define SKIPX_RUNTIME_OPTIONAL(X) \
  X(cudaGetKernel, 12010)         \
  X(cudaLibraryLoadData, 12080)   \
  X(cudaLibraryUnload, 12080)     \
  X(cudaLibraryGetKernel, 12080)
