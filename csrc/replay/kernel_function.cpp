#include "replay/kernel_function.hpp"

#include "cuda/activity_names.hpp"

namespace skipx::replay {

namespace {

constexpr int kNamesSince = 12030;
constexpr int kLayoutsSince = 12040;

// Reads parameter after parameter until the driver says that there is none, by the error that it
// returns.
template <typename Query>
CUresult read_layout(const Query& query, std::vector<Parameter>& layout) {
  for (std::size_t index = 0;; ++index) {
    Parameter parameter;
    const CUresult result = query(index, &parameter.offset, &parameter.size);
    if (result != CUDA_SUCCESS) return result;
    layout.push_back(parameter);
  }
}

std::span<const std::byte> packed_buffer(void** extra) {
  const std::byte* data = nullptr;
  std::size_t size = 0;
  for (; extra != nullptr && *extra != CU_LAUNCH_PARAM_END; extra += 2) {
    if (extra[0] == CU_LAUNCH_PARAM_BUFFER_POINTER) data = static_cast<const std::byte*>(extra[1]);
    if (extra[0] == CU_LAUNCH_PARAM_BUFFER_SIZE) size = *static_cast<const std::size_t*>(extra[1]);
  }
  return {data, data == nullptr ? 0 : size};
}

}  // namespace

std::string kernel_name(const cuda::DriverApi& api, CUfunction function) {
  const auto of_function = cuda::require(api.cuFuncGetName, "cuFuncGetName", kNamesSince);
  const auto of_kernel = cuda::require(api.cuKernelGetName, "cuKernelGetName", kNamesSince);
  const char* name = nullptr;
  if (of_function(&name, function) != CUDA_SUCCESS || name == nullptr)
    cuda::check(of_kernel(&name, reinterpret_cast<CUkernel>(function)), "cuKernelGetName");
  return cuda::kernel_name(name);
}

std::vector<Parameter> parameters(const cuda::DriverApi& api, CUfunction function) {
  const auto of_function =
      cuda::require(api.cuFuncGetParamInfo, "cuFuncGetParamInfo", kLayoutsSince);
  const auto of_kernel =
      cuda::require(api.cuKernelGetParamInfo, "cuKernelGetParamInfo", kLayoutsSince);
  std::vector<Parameter> layout;
  const auto ask_function = [&](std::size_t index, std::size_t* offset, std::size_t* size) {
    return of_function(function, index, offset, size);
  };
  const auto ask_kernel = [&](std::size_t index, std::size_t* offset, std::size_t* size) {
    return of_kernel(reinterpret_cast<CUkernel>(function), index, offset, size);
  };
  // The answer to no parameters; some drivers give it to a handle of the other kind as well. Which
  // it is the name tells: a function's handle must not be taken for a kernel's.
  const char* name = nullptr;
  if (read_layout(ask_function, layout) == CUDA_ERROR_INVALID_VALUE &&
      (!layout.empty() ||
       (api.cuFuncGetName != nullptr && api.cuFuncGetName(&name, function) == CUDA_SUCCESS)))
    return layout;
  layout.clear();
  read_layout(ask_kernel, layout);
  return layout;
}

ArgumentBlob copy_arguments(const cuda::DriverApi& api, CUfunction function, void** arguments,
                            void** extra) {
  std::vector<Parameter> layout = parameters(api, function);
  if (layout.empty()) return {};
  if (arguments != nullptr) return ArgumentBlob::from_pointers(std::move(layout), arguments);
  const std::span<const std::byte> buffer = packed_buffer(extra);
  if (buffer.empty())
    throw cuda::CudaError(cuda::ErrorKind::kRefused, "a launch passes no arguments to its kernel");
  return ArgumentBlob::from_buffer(std::move(layout), buffer);
}

}  // namespace skipx::replay
