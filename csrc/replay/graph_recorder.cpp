#include "replay/graph_recorder.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <unordered_map>
#include <utility>

#include "replay/attributes.hpp"
#include "replay/kernel_function.hpp"
#include "replay/pointers.hpp"

namespace skipx::replay {

namespace {

using cuda::check;
using cuda::CudaError;
using cuda::DriverApi;
using cuda::ErrorKind;

std::vector<CUgraphNode> nodes_of(const DriverApi& api, CUgraph graph) {
  std::size_t count = 0;
  check(api.cuGraphGetNodes(graph, nullptr, &count), "cuGraphGetNodes");
  std::vector<CUgraphNode> nodes(count);
  if (count != 0) check(api.cuGraphGetNodes(graph, nodes.data(), &count), "cuGraphGetNodes");
  return nodes;
}

std::vector<CUgraphNode> dependencies_of(const DriverApi& api, CUgraphNode node) {
  const auto ask =
      cuda::require(api.cuGraphNodeGetDependencies, "cuGraphNodeGetDependencies_v2", 12030);
  std::size_t count = 0;
  check(ask(node, nullptr, nullptr, &count), "cuGraphNodeGetDependencies");
  std::vector<CUgraphNode> found(count);
  // Without room for the edges' data the driver refuses a graph that has some.
  std::vector<CUgraphEdgeData> edges(count);
  if (count != 0)
    check(ask(node, found.data(), edges.data(), &count), "cuGraphNodeGetDependencies");
  return found;
}

// Indices of the nodes' dependencies among the nodes.
using Edges = std::vector<std::vector<std::size_t>>;

Edges edges_of(const DriverApi& api, const std::vector<CUgraphNode>& nodes) {
  std::unordered_map<CUgraphNode, std::size_t> index;
  for (std::size_t i = 0; i < nodes.size(); ++i) index[nodes[i]] = i;
  Edges edges(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (CUgraphNode before : dependencies_of(api, nodes[i])) edges[i].push_back(index.at(before));
  return edges;
}

std::vector<std::size_t> topological_order(const Edges& edges) {
  std::vector<std::vector<std::size_t>> after(edges.size());
  std::vector<std::size_t> waiting_for(edges.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (const std::size_t before : edges[i]) after[before].push_back(i);
    waiting_for[i] = edges[i].size();
    if (waiting_for[i] == 0) ready.push(i);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::size_t i : after[next])
      if (--waiting_for[i] == 0) ready.push(i);
  }
  if (order.size() != edges.size())
    throw CudaError(ErrorKind::kRefused, "the graph's dependencies form a cycle");
  return order;
}

Launch read_kernel(const DriverApi& api, CUgraphNode node) {
  CUDA_KERNEL_NODE_PARAMS node_params{};
  check(api.cuGraphKernelNodeGetParams(node, &node_params), "cuGraphKernelNodeGetParams");
  CUfunction function = node_params.func;
  if (function == nullptr)
    check(api.cuKernelGetFunction(&function, node_params.kern), "cuKernelGetFunction");
  Launch launch{.kind = LaunchKind::kKernel, .name = kernel_name(api, function)};
  KernelLaunch& kernel = launch.kernel;
  kernel.function = function;
  kernel.grid = {node_params.gridDimX, node_params.gridDimY, node_params.gridDimZ};
  kernel.block = {node_params.blockDimX, node_params.blockDimY, node_params.blockDimZ};
  kernel.shared_bytes = node_params.sharedMemBytes;
  kernel.arguments = copy_arguments(api, function, node_params.kernelParams, node_params.extra);
  kernel.attributes = node_attributes(api, node);
  kernel.pointers = find_pointers(api, kernel.arguments);
  return launch;
}

Launch read_memset(const DriverApi& api, CUgraphNode node) {
  CUDA_MEMSET_NODE_PARAMS params{};
  check(api.cuGraphMemsetNodeGetParams(node, &params), "cuGraphMemsetNodeGetParams");
  return {.kind = LaunchKind::kMemset,
          .name = "memset",
          .memset = {params.dst, params.value, params.elementSize, params.width, params.height,
                     params.pitch}};
}

Launch read_memcpy(const DriverApi& api, CUgraphNode node) {
  CUDA_MEMCPY3D params{};
  check(api.cuGraphMemcpyNodeGetParams(node, &params), "cuGraphMemcpyNodeGetParams");
  const auto is_device = [](CUmemorytype type) {
    return type == CU_MEMORYTYPE_DEVICE || type == CU_MEMORYTYPE_UNIFIED;
  };
  if (params.Height > 1 || params.Depth > 1 || !is_device(params.srcMemoryType) ||
      !is_device(params.dstMemoryType))
    return {.kind = LaunchKind::kOther, .name = "memcpy of several rows or with the host"};
  return {.kind = LaunchKind::kMemcpy,
          .name = "memcpy",
          .memcpy = {params.dstDevice + params.dstXInBytes, params.srcDevice + params.srcXInBytes,
                     params.WidthInBytes}};
}

const char* name_of(CUgraphNodeType type) {
  switch (type) {
    case CU_GRAPH_NODE_TYPE_EMPTY:
      return "empty node";
    case CU_GRAPH_NODE_TYPE_HOST:
      return "host function";
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
      return "allocation";
    default:
      return "another kind of node";
  }
}

class Recorder {
 public:
  explicit Recorder(const DriverApi& api) : api_(api) {}

  // Adds a graph whose first nodes depend on `entry`; returns its last nodes.
  std::vector<std::size_t> add(CUgraph graph, const std::vector<std::size_t>& entry) {
    const std::vector<CUgraphNode> nodes = nodes_of(api_, graph);
    const Edges edges = edges_of(api_, nodes);
    // What stands for each node in the recording: a child graph's last nodes stand for the child.
    std::vector<std::vector<std::size_t>> ends(nodes.size());
    std::vector<bool> is_last(nodes.size(), true);
    for (const std::size_t i : topological_order(edges)) {
      std::vector<std::size_t> before = edges[i].empty() ? entry : std::vector<std::size_t>{};
      for (const std::size_t d : edges[i]) {
        before.insert(before.end(), ends[d].begin(), ends[d].end());
        is_last[d] = false;
      }
      ends[i] = add_node(nodes[i], std::move(before));
    }
    std::vector<std::size_t> last = nodes.empty() ? entry : std::vector<std::size_t>{};
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (is_last[i]) last.insert(last.end(), ends[i].begin(), ends[i].end());
    return last;
  }

  Recording take() { return std::move(recording_); }

 private:
  std::vector<std::size_t> add_node(CUgraphNode node, std::vector<std::size_t> before) {
    CUgraphNodeType type{};
    check(api_.cuGraphNodeGetType(node, &type), "cuGraphNodeGetType");
    if (type == CU_GRAPH_NODE_TYPE_GRAPH) {
      CUgraph child = nullptr;
      check(api_.cuGraphChildGraphNodeGetGraph(node, &child), "cuGraphChildGraphNodeGetGraph");
      return add(child, before);
    }
    Launch launch = read(node, type);
    std::ranges::sort(before);
    launch.dependencies = std::move(before);
    recording_.push_back(std::move(launch));
    return {recording_.size() - 1};
  }

  Launch read(CUgraphNode node, CUgraphNodeType type) const {
    switch (type) {
      case CU_GRAPH_NODE_TYPE_KERNEL:
        return read_kernel(api_, node);
      case CU_GRAPH_NODE_TYPE_MEMSET:
        return read_memset(api_, node);
      case CU_GRAPH_NODE_TYPE_MEMCPY:
        return read_memcpy(api_, node);
      default:
        return {.kind = LaunchKind::kOther, .name = name_of(type)};
    }
  }

  const DriverApi& api_;
  Recording recording_;
};

}  // namespace

Recording record_graph(const DriverApi& api, CUgraph graph) {
  Recorder recorder(api);
  recorder.add(graph, {});
  return recorder.take();
}

}  // namespace skipx::replay
