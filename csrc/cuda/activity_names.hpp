// How calls, kernels, copies and sets are called: as PyTorch's profiler calls them in its files, so
// that a live trace and a file of the same run agree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cuda/activity_records.hpp"

namespace skipx::cuda {

// A call's name without the version that CUPTI appends: cudaLaunchKernel of cudaLaunchKernel_v7000.
std::string_view plain_call_name(std::string_view name);

// The demangled name, or the name itself where it is not mangled.
std::string kernel_name(const char* name);

// "grid [1,1,1] block [32,1,1]".
std::string kernel_shape(const KernelRecord& record);

// "Memcpy HtoD (Pageable -> Device)", from CUPTI's numbers of the copy and of the memories.
std::string memcpy_name(std::uint8_t copy, std::uint8_t source, std::uint8_t target);

// "Memset (Device)".
std::string memset_name(std::uint16_t memory);

}  // namespace skipx::cuda
