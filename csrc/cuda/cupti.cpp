#include "cuda/cupti.hpp"

#include <mutex>
#include <optional>

#include "cuda/driver.hpp"

namespace skipx::cuda {

CuptiApi::CuptiApi(Library opened) : library(std::move(opened)) {
#define SKIPX_LOAD(name) load_required(library, this->name, SKIPX_SYMBOL(name));
#define SKIPX_LOAD_OPTIONAL(name, since) load_optional(library, this->name, SKIPX_SYMBOL(name));
  SKIPX_CUPTI_REQUIRED(SKIPX_LOAD)
  SKIPX_CUPTI_OPTIONAL(SKIPX_LOAD_OPTIONAL)
#undef SKIPX_LOAD
#undef SKIPX_LOAD_OPTIONAL
  if (cuptiGetVersion(&version) != CUPTI_SUCCESS)
    throw CudaError(ErrorKind::kNoCupti, library.path() + " does not tell its version");
}

const CuptiApi& cupti() {
  static std::mutex mutex;
  // Never destroyed: threads of CUDA and destructors of others may still call at exit.
  static std::optional<CuptiApi>& loaded = *new std::optional<CuptiApi>;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    std::vector<Library::Attempt> attempts;
    auto library = Library::open({"SKIPX_LIBCUPTI", sonames_for_driver("libcupti.so"),
                                  library_folders({"extras/CUPTI/lib64", "lib64", "lib"})},
                                 attempts);
    if (!library)
      throw CudaError(
          ErrorKind::kNoCupti, "no CUPTI: " + describe(attempts),
          "pip install \"skipx[cu13]\" or \"skipx[cu12]\", or install the CUDA toolkit");
    loaded.emplace(std::move(*library));
  }
  return *loaded;
}

std::string describe_result(const CuptiApi& api, CUptiResult result) {
  const char* name = nullptr;
  const char* text = nullptr;
  if (api.cuptiGetResultString(result, &name) != CUPTI_SUCCESS || name == nullptr)
    return "error " + std::to_string(static_cast<int>(result));
  if (api.cuptiGetErrorMessage == nullptr ||
      api.cuptiGetErrorMessage(result, &text) != CUPTI_SUCCESS || text == nullptr)
    return name;
  return std::string(name) + ", " + text;
}

void check(CUptiResult result, const char* call) {
  if (result == CUPTI_SUCCESS) return;
  const std::string what = std::string(call) + ": " + describe_result(cupti(), result);
  throw CudaError(ErrorKind::kCall, what, {}, static_cast<int>(result));
}

}  // namespace skipx::cuda
