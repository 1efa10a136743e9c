// libcuda, opened when it is needed.
#pragma once

#include <cuda.h>

#include <string>
#include <vector>

#include "cuda/dispatch.hpp"
#include "cuda/driver_functions.hpp"

namespace skipx::cuda {

struct DriverApi {
  SKIPX_DRIVER_REQUIRED(SKIPX_FIELD)
  SKIPX_DRIVER_OPTIONAL(SKIPX_OPTIONAL_FIELD)
  // CUDA 12.8 renamed this one; either name does.
  decltype(&::cuEventElapsedTime) event_elapsed_time = nullptr;
  // The newest CUDA that the driver knows, 13000 for 13.0; known before cuInit.
  int version = 0;
  Library library;

  // Throws CudaError (kTooOld) where the library lacks a required function.
  explicit DriverApi(Library opened);
};

// Opens libcuda at the first call; throws CudaError (kNoDriver, kTooOld) until there is one.
const DriverApi& driver();

// The sonames of a library of CUDA, those first that fit the driver: one of a newer major version
// than the driver's answers every call with an error. Any order does where there is no driver.
std::vector<std::string> sonames_for_driver(const std::string& stem);

// Throws CudaError that names the call and the driver's error; does nothing on success.
void check(CUresult result, const char* call);

// The driver, initialised, with at least one device. Throws CudaError (kNoDriver, kNoDevice).
const DriverApi& initialised_driver();

}  // namespace skipx::cuda
