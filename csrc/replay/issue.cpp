#include "replay/issue.hpp"

namespace skipx::replay {

namespace {

using cuda::check;

void issue_kernel(const cuda::DriverApi& api, const KernelLaunch& kernel, CUstream stream) {
  // The driver only reads the attributes, but its struct does not say so.
  auto* const attributes = const_cast<CUlaunchAttribute*>(kernel.attributes.data());
  CUlaunchConfig config{};
  config.gridDimX = kernel.grid[0];
  config.gridDimY = kernel.grid[1];
  config.gridDimZ = kernel.grid[2];
  config.blockDimX = kernel.block[0];
  config.blockDimY = kernel.block[1];
  config.blockDimZ = kernel.block[2];
  config.sharedMemBytes = kernel.shared_bytes;
  config.hStream = stream;
  config.attrs = attributes;
  config.numAttrs = static_cast<unsigned>(kernel.attributes.size());
  check(api.cuLaunchKernelEx(&config, kernel.function, kernel.arguments.pointers(), nullptr),
        "cuLaunchKernelEx");
}

void issue_memset(const cuda::DriverApi& api, const MemsetLaunch& memset, CUstream stream) {
  for (std::size_t row = 0; row < memset.height; ++row) {
    const CUdeviceptr target = memset.target + row * memset.pitch;
    switch (memset.element_bytes) {
      case 1:
        check(api.cuMemsetD8Async(target, static_cast<unsigned char>(memset.value), memset.width,
                                  stream),
              "cuMemsetD8Async");
        break;
      case 2:
        check(api.cuMemsetD16Async(target, static_cast<unsigned short>(memset.value), memset.width,
                                   stream),
              "cuMemsetD16Async");
        break;
      default:
        check(api.cuMemsetD32Async(target, memset.value, memset.width, stream), "cuMemsetD32Async");
    }
  }
}

}  // namespace

void issue(const cuda::DriverApi& api, const Launch& launch, CUstream stream) {
  switch (launch.kind) {
    case LaunchKind::kKernel:
      return issue_kernel(api, launch.kernel, stream);
    case LaunchKind::kMemset:
      return issue_memset(api, launch.memset, stream);
    case LaunchKind::kMemcpy:
      return check(api.cuMemcpyAsync(launch.memcpy.target, launch.memcpy.source,
                                     launch.memcpy.bytes, stream),
                   "cuMemcpyAsync");
    case LaunchKind::kOther:
      return;
  }
}

LaunchGraph::LaunchGraph(const cuda::DriverApi& api, const Recording& recording,
                         std::span<const std::size_t> launches, CUstream stream)
    : api_(api) {
  // Thread-local: other threads of the process may go on with calls that a capture forbids.
  check(api_.cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture");
  CUgraph graph = nullptr;
  try {
    for (const std::size_t launch : launches) issue(api_, recording[launch], stream);
  } catch (...) {
    // A stream that stays in capture could not even be destroyed.
    if (api_.cuStreamEndCapture(stream, &graph) == CUDA_SUCCESS) api_.cuGraphDestroy(graph);
    throw;
  }
  check(api_.cuStreamEndCapture(stream, &graph), "cuStreamEndCapture");
  const CUresult made = api_.cuGraphInstantiateWithFlags(&exec_, graph, 0);
  api_.cuGraphDestroy(graph);
  check(made, "cuGraphInstantiateWithFlags");
  // Else the first launch does it, which may be behind a gate and would count as its time.
  const CUresult uploaded = api_.cuGraphUpload(exec_, stream);
  if (uploaded != CUDA_SUCCESS) api_.cuGraphExecDestroy(exec_);
  check(uploaded, "cuGraphUpload");
}

LaunchGraph::~LaunchGraph() {
  if (exec_ != nullptr) api_.cuGraphExecDestroy(exec_);
}

void LaunchGraph::launch(CUstream stream) const {
  check(api_.cuGraphLaunch(exec_, stream), "cuGraphLaunch");
}

}  // namespace skipx::replay
