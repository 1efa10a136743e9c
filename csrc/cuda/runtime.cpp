#include "cuda/runtime.hpp"

#include <mutex>
#include <optional>

#include "cuda/driver.hpp"

namespace skipx::cuda {

RuntimeApi::RuntimeApi(Library opened) : library(std::move(opened)) {
#define SKIPX_LOAD(name) load_required(library, this->name, SKIPX_SYMBOL(name));
#define SKIPX_LOAD_OPTIONAL(name, since) load_optional(library, this->name, SKIPX_SYMBOL(name));
  SKIPX_RUNTIME_REQUIRED(SKIPX_LOAD)
  SKIPX_RUNTIME_OPTIONAL(SKIPX_LOAD_OPTIONAL)
#undef SKIPX_LOAD
#undef SKIPX_LOAD_OPTIONAL
  if (cudaRuntimeGetVersion(&version) != cudaSuccess)
    throw CudaError(ErrorKind::kNoRuntime, library.path() + " does not tell its version");
}

const RuntimeApi& runtime() {
  static std::mutex mutex;
  // Never destroyed: threads of CUDA and destructors of others may still call at exit.
  static std::optional<RuntimeApi>& loaded = *new std::optional<RuntimeApi>;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    std::vector<Library::Attempt> attempts;
    auto library = Library::open(
        {"SKIPX_LIBCUDART", sonames_for_driver("libcudart.so"), library_folders({"lib64", "lib"})},
        attempts);
    if (!library)
      throw CudaError(ErrorKind::kNoRuntime, "no CUDA runtime: " + describe(attempts),
                      "pip install nvidia-cuda-runtime, or install the CUDA toolkit");
    loaded.emplace(std::move(*library));
  }
  return *loaded;
}

void check(cudaError_t result, const char* call) {
  if (result == cudaSuccess) return;
  const RuntimeApi& api = runtime();
  const std::string what = std::string(call) + ": " + api.cudaGetErrorName(result) + ", " +
                           api.cudaGetErrorString(result);
  throw CudaError(ErrorKind::kCall, what, {}, static_cast<int>(result));
}

}  // namespace skipx::cuda
