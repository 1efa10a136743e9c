#include "launch/graph_path.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

namespace skipx::launch {

using cuda::check;

GraphLauncher::GraphLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape,
                             int nodes, int branches)
    : Launcher(std::move(device), shape) {
  if (branches < 1 || nodes < branches)
    throw std::invalid_argument("a graph has a branch or more, and a node or more in each");
  const cuda::DriverApi& api = this->device().api();
  check(api.cuGraphCreate(&graph_, 0), "cuGraphCreate");
  try {
    build(nodes, branches);
  } catch (...) {
    if (executable_ != nullptr) api.cuGraphExecDestroy(executable_);
    api.cuGraphDestroy(graph_);
    throw;
  }
}

GraphLauncher::~GraphLauncher() {
  device().api().cuGraphExecDestroy(executable_);
  device().api().cuGraphDestroy(graph_);
}

void GraphLauncher::build(int nodes, int branches) {
  const cuda::DriverApi& api = device().api();
  CUDA_KERNEL_NODE_PARAMS kernel{};
  kernel.func = device().null_kernel(argument_bytes());
  kernel.gridDimX = grid();
  kernel.gridDimY = kernel.gridDimZ = 1;
  kernel.blockDimX = kernel.blockDimY = kernel.blockDimZ = 1;
  kernel.kernelParams = arguments();
  std::vector<CUgraphNode> ends(static_cast<std::size_t>(branches), nullptr);
  for (int i = 0; i < nodes; ++i) {
    CUgraphNode& end = ends[static_cast<std::size_t>(i % branches)];
    const CUgraphNode before = end;
    check(api.cuGraphAddKernelNode(&end, graph_, &before, before == nullptr ? 0 : 1, &kernel),
          "cuGraphAddKernelNode");
  }
  check(api.cuGraphInstantiateWithFlags(&executable_, graph_, 0), "cuGraphInstantiateWithFlags");
  check(api.cuGraphUpload(executable_, stream()), "cuGraphUpload");
  synchronize();
}

void GraphLauncher::launch() {
  check(device().api().cuGraphLaunch(executable_, stream()), "cuGraphLaunch");
}

}  // namespace skipx::launch
