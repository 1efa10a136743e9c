// libcupti, opened when it is needed: one copy a process, the one that is loaded if there is one.
#pragma once

#include <cupti.h>

#include "cuda/cupti_functions.hpp"
#include "cuda/dispatch.hpp"

namespace skipx::cuda {

struct CuptiApi {
  SKIPX_CUPTI_REQUIRED(SKIPX_FIELD)
  SKIPX_CUPTI_OPTIONAL(SKIPX_OPTIONAL_FIELD)
  // CUPTI's own number: 130000 for CUDA 13.0; it was 19 for CUDA 12.0 and 28 for 12.9.
  std::uint32_t version = 0;
  Library library;

  // Throws CudaError (kTooOld) where the library lacks a required function.
  explicit CuptiApi(Library opened);
};

// Opens libcupti at the first call; throws CudaError (kNoCupti, kTooOld) until there is one.
const CuptiApi& cupti();

// Throws CudaError that names the call and CUPTI's error; does nothing on success.
void check(CUptiResult result, const char* call);

// CUPTI's name of an error, and its message where it has one.
std::string describe_result(const CuptiApi& api, CUptiResult result);

}  // namespace skipx::cuda
