// Tables of function pointers from lists of names. The pointers have the headers' own types, and
// the symbols the names that the headers' macros give them (cuMemAlloc is cuMemAlloc_v2).
#pragma once

#include <string>

#include "cuda/error.hpp"
#include "cuda/library.hpp"

#define SKIPX_SYMBOL_TEXT(name) #name
#define SKIPX_SYMBOL(name) SKIPX_SYMBOL_TEXT(name)
#define SKIPX_FIELD(name) decltype(&::name) name = nullptr;
#define SKIPX_OPTIONAL_FIELD(name, since) SKIPX_FIELD(name)

namespace skipx::cuda {

template <typename Function>
void load_optional(const Library& library, Function& field, const char* symbol) {
  field = reinterpret_cast<Function>(library.find(symbol));
}

template <typename Function>
void load_required(const Library& library, Function& field, const char* symbol) {
  load_optional(library, field, symbol);
  if (field == nullptr)
    throw CudaError(ErrorKind::kTooOld, library.path() + " has no function " + symbol,
                    "skipx needs CUDA 12.0 or newer");
}

// A CUDA version as 12.4, from 12040.
inline std::string dotted_version(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// An optional function, or the error that says which CUDA version has it.
template <typename Function>
Function require(Function function, const char* name, int min_version) {
  if (function == nullptr)
    throw CudaError(ErrorKind::kTooOld, std::string("the driver has no ") + name,
                    "it came with CUDA " + dotted_version(min_version));
  return function;
}

}  // namespace skipx::cuda
