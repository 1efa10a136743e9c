// libcudart, opened when it is needed: the very copy that torch launches through, if there is one.
#pragma once

#include <cuda_runtime_api.h>

#include "cuda/dispatch.hpp"
#include "cuda/runtime_functions.hpp"

namespace skipx::cuda {

struct RuntimeApi {
  SKIPX_RUNTIME_REQUIRED(SKIPX_FIELD)
  SKIPX_RUNTIME_OPTIONAL(SKIPX_OPTIONAL_FIELD)
  int version = 0;
  Library library;

  // Throws CudaError (kTooOld) where the library lacks a required function.
  explicit RuntimeApi(Library opened);
};

// Opens libcudart at the first call; throws CudaError (kNoRuntime, kTooOld) until there is one.
const RuntimeApi& runtime();

// Throws CudaError that names the call and the runtime's error; does nothing on success.
void check(cudaError_t result, const char* call);

}  // namespace skipx::cuda
