// What the driver tells of a kernel: its name and how its parameters lie.
#pragma once

#include <cuda.h>

#include <string>
#include <vector>

#include "cuda/driver.hpp"
#include "replay/argument_blob.hpp"

namespace skipx::replay {

// A launch's handle may be a CUkernel in the place of a CUfunction; each function tries both.

// The demangled name. Throws CudaError (kTooOld) before CUDA 12.3.
std::string kernel_name(const cuda::DriverApi& api, CUfunction function);

// The parameters in their order. Throws CudaError (kTooOld) before CUDA 12.4.
std::vector<Parameter> parameters(const cuda::DriverApi& api, CUfunction function);

// Copies the arguments of a launch, given as the launch gives them: one of the two is null.
// Throws CudaError (kRefused) where neither is there for a kernel with parameters.
ArgumentBlob copy_arguments(const cuda::DriverApi& api, CUfunction function, void** arguments,
                            void** extra);

}  // namespace skipx::replay
