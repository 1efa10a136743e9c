// What CUPTI's driver callbacks point `functionParams` at, for the launches. The header of CUPTI
// that declares these structs (generated_cuda_meta.h) cannot be compiled beside CUDA 13's cuda.h.
#pragma once

#include <cuda.h>

namespace skipx::cuda {

struct LaunchKernelParameters {  // cuLaunchKernel
  CUfunction function;
  unsigned grid_x, grid_y, grid_z, block_x, block_y, block_z, shared_bytes;
  CUstream stream;
  void** parameters;
  void** extra;
};

struct LaunchKernelExParameters {  // cuLaunchKernelEx
  const CUlaunchConfig* config;
  CUfunction function;
  void** parameters;
  void** extra;
};

struct GraphLaunchParameters {  // cuGraphLaunch
  CUgraphExec graph;
  CUstream stream;
};

}  // namespace skipx::cuda
