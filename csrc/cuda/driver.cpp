#include "cuda/driver.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace skipx::cuda {

namespace {

constexpr const char* kInstallDriver = "install the NVIDIA driver of this machine's GPU";

std::string describe_result(const DriverApi& api, CUresult result) {
  const char* name = nullptr;
  const char* text = nullptr;
  if (api.cuGetErrorName(result, &name) != CUDA_SUCCESS || name == nullptr)
    return "error " + std::to_string(static_cast<int>(result));
  if (api.cuGetErrorString(result, &text) != CUDA_SUCCESS || text == nullptr) return name;
  return std::string(name) + ", " + text;
}

}  // namespace

DriverApi::DriverApi(Library opened) : library(std::move(opened)) {
#define SKIPX_LOAD(name) load_required(library, this->name, SKIPX_SYMBOL(name));
#define SKIPX_LOAD_OPTIONAL(name, since) load_optional(library, this->name, SKIPX_SYMBOL(name));
  SKIPX_DRIVER_REQUIRED(SKIPX_LOAD)
  SKIPX_DRIVER_OPTIONAL(SKIPX_LOAD_OPTIONAL)
#undef SKIPX_LOAD
#undef SKIPX_LOAD_OPTIONAL
  load_optional(library, event_elapsed_time, "cuEventElapsedTime_v2");
  if (event_elapsed_time == nullptr)
    load_required(library, event_elapsed_time, "cuEventElapsedTime");
  if (cuDriverGetVersion(&version) != CUDA_SUCCESS)
    throw CudaError(ErrorKind::kNoDriver, library.path() + " does not tell its version");
}

const DriverApi& driver() {
  static std::mutex mutex;
  // Never destroyed: threads of CUDA and destructors of others may still call at exit.
  static std::optional<DriverApi>& loaded = *new std::optional<DriverApi>;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    std::vector<Library::Attempt> attempts;
    // Only the driver's own soname: a toolkit's folders hold a stub that fails at every call.
    auto library =
        Library::open({"SKIPX_LIBCUDA", {"libcuda.so.1"}, {"/usr/lib/wsl/lib"}}, attempts);
    if (!library)
      throw CudaError(ErrorKind::kNoDriver, "no NVIDIA driver: " + describe(attempts),
                      kInstallDriver);
    loaded.emplace(std::move(*library));
  }
  return *loaded;
}

std::vector<std::string> sonames_for_driver(const std::string& stem) {
  std::vector<std::string> names = {stem + ".13", stem + ".12"};
  try {
    if (driver().version < 13000) std::swap(names[0], names[1]);
  } catch (const CudaError&) {
    // Without a driver nothing can be measured, whichever is opened.
  }
  return names;
}

void check(CUresult result, const char* call) {
  if (result == CUDA_SUCCESS) return;
  const std::string what = std::string(call) + ": " + describe_result(driver(), result);
  throw CudaError(ErrorKind::kCall, what, {}, static_cast<int>(result));
}

const DriverApi& initialised_driver() {
  const DriverApi& api = driver();
  const CUresult status = api.cuInit(0);
  if (status != CUDA_SUCCESS)
    throw CudaError(status == CUDA_ERROR_NO_DEVICE ? ErrorKind::kNoDevice : ErrorKind::kNoDriver,
                    "no CUDA device can be used: cuInit: " + describe_result(api, status), {},
                    static_cast<int>(status));
  int count = 0;
  check(api.cuDeviceGetCount(&count), "cuDeviceGetCount");
  if (count == 0)
    throw CudaError(ErrorKind::kNoDevice, "the NVIDIA driver has no device",
                    "CUDA_VISIBLE_DEVICES may hide it");
  return api;
}

}  // namespace skipx::cuda
