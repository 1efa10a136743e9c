// The stand-in of libcuda: modules, functions, their parameters, and launches.
#include <cstdlib>
#include <cstring>

#include "cuda/call_parameters.hpp"
#include "device.hpp"
#include "launch/kernels.hpp"

using standin::Function;
using standin::Kernel;
using standin::Node;
using standin::Stream;

namespace {

using Handles = std::map<std::string, std::unique_ptr<Function>>;

// Every name is a kernel: the device knows it from the script, or as one without parameters.
Function* handle_of(Handles& handles, const std::string& name) {
  std::unique_ptr<Function>& handle = handles[name];
  if (!handle) handle = std::make_unique<Function>();
  const auto known = standin::script().kernels.find(name);
  if (known != standin::script().kernels.end())
    handle->kernel = known->second;
  else if (name == skipx::launch::kSpinKernel)
    handle->kernel = Kernel{name, -1, {8, 8}, "spin"};
  else
    handle->kernel = Kernel{name, -1, {}, {}};
  return handle.get();
}

Handles& functions() {
  static Handles all;
  return all;
}

Function* library_kernel(const std::string& name) {
  static Handles all;
  Function* const kernel = handle_of(all, name);
  kernel->is_library_kernel = true;
  kernel->function = handle_of(functions(), name);
  return kernel;
}

CUresult parameter_info(const Function& function, std::size_t index, std::size_t* offset,
                        std::size_t* size) {
  const auto& sizes = function.kernel.parameters;
  if (index >= sizes.size()) return CUDA_ERROR_INVALID_VALUE;
  *offset = 0;
  for (std::size_t i = 0; i <= index; ++i) {
    const std::size_t alignment = std::min<std::size_t>(sizes[i], 8);
    if (alignment != 0) *offset = (*offset + alignment - 1) / alignment * alignment;
    if (i < index) *offset += sizes[i];
  }
  if (size != nullptr) *size = sizes[index];
  return CUDA_SUCCESS;
}

// The arguments as pointers, also where they came as one block.
std::vector<void*> pointers_to(const Function& function, void** parameters, void** extra) {
  std::vector<void*> pointers;
  std::byte* block = nullptr;
  for (void** entry = extra; entry != nullptr && *entry != CU_LAUNCH_PARAM_END; entry += 2)
    if (*entry == CU_LAUNCH_PARAM_BUFFER_POINTER) block = static_cast<std::byte*>(entry[1]);
  for (std::size_t i = 0; i < function.kernel.parameters.size(); ++i) {
    std::size_t offset = 0;
    parameter_info(function, i, &offset, nullptr);
    pointers.push_back(block != nullptr ? block + offset : parameters[i]);
  }
  return pointers;
}

CUresult launch(const Function& function, const CUlaunchConfig& config, void** parameters,
                void** extra, const standin::Traced& traced) {
  Stream& stream = standin::stream_of(config.hStream);
  if (stream.capture != nullptr) {
    const CUgraphNode node = standin::captured(stream, CU_GRAPH_NODE_TYPE_KERNEL);
    CUDA_KERNEL_NODE_PARAMS kernel{};
    kernel.func = reinterpret_cast<CUfunction>(const_cast<Function*>(&function));
    kernel.gridDimX = config.gridDimX;
    kernel.gridDimY = config.gridDimY;
    kernel.gridDimZ = config.gridDimZ;
    kernel.blockDimX = config.blockDimX;
    kernel.blockDimY = config.blockDimY;
    kernel.blockDimZ = config.blockDimZ;
    kernel.sharedMemBytes = config.sharedMemBytes;
    kernel.kernelParams = parameters;
    kernel.extra = extra;
    auto& made = *reinterpret_cast<Node*>(node);
    standin::copy_arguments(made, kernel);
    for (unsigned i = 0; i < config.numAttrs; ++i)
      made.attributes[static_cast<int>(config.attrs[i].id)] = config.attrs[i].value;
    return CUDA_SUCCESS;
  }
  const std::vector<void*> arguments = pointers_to(function, parameters, extra);
  standin::apply_effect(function.kernel, arguments.data());
  standin::Activity activity;
  activity.name = function.kernel.name;
  activity.grid = {config.gridDimX, config.gridDimY, config.gridDimZ};
  activity.block = {config.blockDimX, config.blockDimY, config.blockDimZ};
  activity.shared = config.sharedMemBytes;
  standin::submit(stream, traced.call(), standin::duration_of(function.kernel, arguments.data()),
                  activity);
  return CUDA_SUCCESS;
}

}  // namespace

namespace standin {

// A library kernel acts as its function.
Function& function_of(const void* handle) {
  auto& function = *static_cast<Function*>(const_cast<void*>(handle));
  return function.is_library_kernel ? *function.function : function;
}

void copy_arguments(Node& node, const CUDA_KERNEL_NODE_PARAMS& parameters) {
  const Function& function = function_of(parameters.func ? static_cast<void*>(parameters.func)
                                                         : static_cast<void*>(parameters.kern));
  const auto given = pointers_to(function, parameters.kernelParams, parameters.extra);
  std::vector<std::vector<std::byte>> copies;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto* const bytes = static_cast<const std::byte*>(given[i]);
    copies.emplace_back(bytes, bytes + function.kernel.parameters[i]);
  }
  node.arguments = std::move(copies);
  node.argument_pointers.clear();
  for (auto& argument : node.arguments) node.argument_pointers.push_back(argument.data());
  node.kernel = parameters;
  node.kernel.kernelParams =
      node.argument_pointers.empty() ? nullptr : node.argument_pointers.data();
  node.kernel.extra = nullptr;
}

}  // namespace standin

extern "C" {

CUresult cuModuleLoadData(CUmodule* module, const void*) {
  STANDIN_ENTER("cuModuleLoadData");
  *module = reinterpret_cast<CUmodule>(&functions());
  return CUDA_SUCCESS;
}

CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, CUjit_option*, void**) {
  return cuModuleLoadData(module, image);
}

CUresult cuModuleUnload(CUmodule) { return CUDA_SUCCESS; }

CUresult cuModuleGetFunction(CUfunction* function, CUmodule, const char* name) {
  STANDIN_ENTER("cuModuleGetFunction");
  *function = reinterpret_cast<CUfunction>(handle_of(functions(), name));
  return CUDA_SUCCESS;
}

CUresult cuLibraryLoadData(CUlibrary* library, const void*, CUjit_option*, void**, unsigned,
                           CUlibraryOption*, void**, unsigned) {
  STANDIN_ENTER("cuLibraryLoadData");
  *library = reinterpret_cast<CUlibrary>(&functions());
  return CUDA_SUCCESS;
}

CUresult cuLibraryUnload(CUlibrary) { return CUDA_SUCCESS; }

CUresult cuLibraryGetKernel(CUkernel* kernel, CUlibrary, const char* name) {
  STANDIN_ENTER("cuLibraryGetKernel");
  *kernel = reinterpret_cast<CUkernel>(library_kernel(name));
  return CUDA_SUCCESS;
}

CUresult cuKernelGetFunction(CUfunction* function, CUkernel kernel) {
  *function = reinterpret_cast<CUfunction>(&standin::function_of(kernel));
  return CUDA_SUCCESS;
}

CUresult cuKernelGetAttribute(int* value, CUfunction_attribute, CUkernel, CUdevice) {
  *value = 0;
  return CUDA_SUCCESS;
}

CUresult cuFuncGetAttribute(int* value, CUfunction_attribute attribute, CUfunction) {
  *value = attribute == CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK ? 1024 : 0;
  return CUDA_SUCCESS;
}

CUresult cuFuncSetAttribute(CUfunction, CUfunction_attribute, int) { return CUDA_SUCCESS; }

CUresult cuFuncGetModule(CUmodule* module, CUfunction) {
  *module = reinterpret_cast<CUmodule>(&functions());
  return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction, int, std::size_t) {
  *blocks = 16;
  return CUDA_SUCCESS;
}

CUresult cuLaunchKernel(CUfunction f, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                        unsigned by, unsigned bz, unsigned shared, CUstream stream,
                        void** parameters, void** extra) {
  STANDIN_ENTER("cuLaunchKernel");
  const skipx::cuda::LaunchKernelParameters seen{f,  gx,     gy,     gz,         bx,   by,
                                                 bz, shared, stream, parameters, extra};
  const Function& function = standin::function_of(f);
  const standin::Traced traced(false, 307, "cuLaunchKernel", &seen, function.kernel.name.c_str());
  const CUlaunchConfig config{gx, gy, gz, bx, by, bz, shared, stream, nullptr, 0};
  return launch(function, config, parameters, extra, traced);
}

CUresult cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction f, void** parameters,
                          void** extra) {
  STANDIN_ENTER("cuLaunchKernelEx");
  const skipx::cuda::LaunchKernelExParameters seen{config, f, parameters, extra};
  const Function& function = standin::function_of(f);
  const standin::Traced traced(false, 652, "cuLaunchKernelEx", &seen, function.kernel.name.c_str());
  return launch(function, *config, parameters, extra, traced);
}

CUresult cuLaunchCooperativeKernel(CUfunction f, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                                   unsigned by, unsigned bz, unsigned shared, CUstream stream,
                                   void** parameters) {
  STANDIN_ENTER("cuLaunchCooperativeKernel");
  const Function& function = standin::function_of(f);
  const standin::Traced traced(false, 477, "cuLaunchCooperativeKernel");
  const CUlaunchConfig config{gx, gy, gz, bx, by, bz, shared, stream, nullptr, 0};
  return launch(function, config, parameters, nullptr, traced);
}

#ifndef STANDIN_OLD
CUresult cuFuncGetParamInfo(CUfunction handle, std::size_t index, std::size_t* offset,
                            std::size_t* size) {
  STANDIN_ENTER("cuFuncGetParamInfo");
  const auto& function = *reinterpret_cast<Function*>(handle);
  if (function.is_library_kernel) return CUDA_ERROR_INVALID_HANDLE;
  return parameter_info(function, index, offset, size);
}

CUresult cuKernelGetParamInfo(CUkernel handle, std::size_t index, std::size_t* offset,
                              std::size_t* size) {
  STANDIN_ENTER("cuKernelGetParamInfo");
  const auto& kernel = *reinterpret_cast<Function*>(handle);
  if (!kernel.is_library_kernel) std::abort();  // undefined: its header promises no answer
  return parameter_info(*kernel.function, index, offset, size);
}

CUresult cuFuncGetName(const char** name, CUfunction function) {
  *name = standin::function_of(function).kernel.name.c_str();
  return CUDA_SUCCESS;
}

CUresult cuKernelGetName(const char** name, CUkernel kernel) {
  *name = standin::function_of(kernel).kernel.name.c_str();
  return CUDA_SUCCESS;
}

CUresult cuFuncIsLoaded(CUfunctionLoadingState* state, CUfunction) {
  *state = CU_FUNCTION_LOADING_STATE_LOADED;
  return CUDA_SUCCESS;
}

CUresult cuFuncLoad(CUfunction) { return CUDA_SUCCESS; }
#endif
}
