// The stand-in of libcuda: graphs. A graph's nodes stay in the order in which they were added,
// which is a topological order, as a node can only depend on nodes that are there.
#include <algorithm>

#include "cuda/call_parameters.hpp"
#include "device.hpp"

using standin::Graph;
using standin::Node;

namespace {

Graph& graph_of(CUgraph handle) { return *reinterpret_cast<Graph*>(handle); }
Node& node_of(CUgraphNode handle) { return *reinterpret_cast<Node*>(handle); }
CUgraphNode handle_of(const Node* node) {
  return reinterpret_cast<CUgraphNode>(const_cast<Node*>(node));
}

std::vector<Node*> nodes_of(const CUgraphNode* handles, std::size_t count) {
  std::vector<Node*> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back(&node_of(handles[i]));
  return nodes;
}

// Copies a graph's nodes behind `into`'s; a child graph becomes its nodes.
void append(Graph& into, const Graph& graph, const std::vector<Node*>& before) {
  std::map<const Node*, std::vector<Node*>> copies;
  for (const auto& node : graph.nodes) {
    std::vector<Node*> dependencies = node->dependencies.empty() ? before : std::vector<Node*>{};
    for (const Node* one : node->dependencies)
      dependencies.insert(dependencies.end(), copies[one].begin(), copies[one].end());
    if (node->child != nullptr) {
      const std::size_t first = into.nodes.size();
      append(into, *node->child, dependencies);
      for (std::size_t i = first; i < into.nodes.size(); ++i)
        copies[node.get()].push_back(into.nodes[i].get());
      continue;
    }
    Node& copy = standin::add_node(into, node->type, dependencies);
    copy.memset = node->memset;
    copy.memcpy = node->memcpy;
    copy.attributes = node->attributes;
    if (node->type == CU_GRAPH_NODE_TYPE_KERNEL) standin::copy_arguments(copy, node->kernel);
    copies[node.get()] = {&copy};
  }
}

Graph* copy_of(const Graph& graph) {
  Graph* const copy = standin::new_graph();
  append(*copy, graph, {});
  return copy;
}

void destroy(const Graph* graph) {
  for (const auto& node : graph->nodes)
    if (node->child != nullptr) destroy(node->child);
  delete graph;
}

// Writes up to *count handles, or only counts.
void give(const std::vector<CUgraphNode>& from, CUgraphNode* out, std::size_t* count) {
  if (out != nullptr) std::copy_n(from.begin(), std::min(*count, from.size()), out);
  *count = out == nullptr ? from.size() : std::min(*count, from.size());
}

}  // namespace

namespace standin {

Graph* new_graph() {
  static std::uint32_t next = 1;
  return new Graph{next++, {}};
}

Node& add_node(Graph& graph, CUgraphNodeType type, std::vector<Node*> dependencies) {
  graph.nodes.push_back(std::make_unique<Node>());
  graph.nodes.back()->type = type;
  graph.nodes.back()->dependencies = std::move(dependencies);
  return *graph.nodes.back();
}

CUgraphNode captured(Stream& stream, CUgraphNodeType type) {
  Node& node = add_node(*stream.capture, type, stream.tips);
  stream.tips = {&node};
  return handle_of(&node);
}

}  // namespace standin

extern "C" {

CUresult cuGraphCreate(CUgraph* graph, unsigned) {
  STANDIN_ENTER("cuGraphCreate");
  *graph = reinterpret_cast<CUgraph>(standin::new_graph());
  return CUDA_SUCCESS;
}

CUresult cuGraphClone(CUgraph* clone, CUgraph graph) {
  STANDIN_ENTER("cuGraphClone");
  *clone = reinterpret_cast<CUgraph>(copy_of(graph_of(graph)));
  return CUDA_SUCCESS;
}

CUresult cuGraphDestroy(CUgraph graph) {
  destroy(&graph_of(graph));
  return CUDA_SUCCESS;
}

CUresult cuGraphDestroyNode(CUgraphNode) { return CUDA_ERROR_NOT_SUPPORTED; }

CUresult cuGraphGetNodes(CUgraph graph, CUgraphNode* nodes, std::size_t* count) {
  STANDIN_ENTER("cuGraphGetNodes");
  std::vector<CUgraphNode> all;
  for (const auto& node : graph_of(graph).nodes) all.push_back(handle_of(node.get()));
  give(all, nodes, count);
  return CUDA_SUCCESS;
}

CUresult cuGraphGetRootNodes(CUgraph graph, CUgraphNode* nodes, std::size_t* count) {
  STANDIN_ENTER("cuGraphGetRootNodes");
  std::vector<CUgraphNode> roots;
  for (const auto& node : graph_of(graph).nodes)
    if (node->dependencies.empty()) roots.push_back(handle_of(node.get()));
  give(roots, nodes, count);
  return CUDA_SUCCESS;
}

CUresult cuGraphNodeGetType(CUgraphNode node, CUgraphNodeType* type) {
  *type = node_of(node).type;
  return CUDA_SUCCESS;
}

CUresult cuGraphAddKernelNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* dependencies,
                              std::size_t count, const CUDA_KERNEL_NODE_PARAMS* parameters) {
  STANDIN_ENTER("cuGraphAddKernelNode");
  Node& made =
      standin::add_node(graph_of(graph), CU_GRAPH_NODE_TYPE_KERNEL, nodes_of(dependencies, count));
  standin::copy_arguments(made, *parameters);
  *node = handle_of(&made);
  return CUDA_SUCCESS;
}

CUresult cuGraphAddMemsetNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* dependencies,
                              std::size_t count, const CUDA_MEMSET_NODE_PARAMS* parameters,
                              CUcontext) {
  STANDIN_ENTER("cuGraphAddMemsetNode");
  Node& made =
      standin::add_node(graph_of(graph), CU_GRAPH_NODE_TYPE_MEMSET, nodes_of(dependencies, count));
  made.memset = *parameters;
  *node = handle_of(&made);
  return CUDA_SUCCESS;
}

CUresult cuGraphAddMemcpyNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* dependencies,
                              std::size_t count, const CUDA_MEMCPY3D* parameters, CUcontext) {
  Node& made =
      standin::add_node(graph_of(graph), CU_GRAPH_NODE_TYPE_MEMCPY, nodes_of(dependencies, count));
  made.memcpy = *parameters;
  *node = handle_of(&made);
  return CUDA_SUCCESS;
}

CUresult cuGraphAddEmptyNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* dependencies,
                             std::size_t count) {
  *node = handle_of(
      &standin::add_node(graph_of(graph), CU_GRAPH_NODE_TYPE_EMPTY, nodes_of(dependencies, count)));
  return CUDA_SUCCESS;
}

CUresult cuGraphAddChildGraphNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* dependencies,
                                  std::size_t count, CUgraph child) {
  Node& made =
      standin::add_node(graph_of(graph), CU_GRAPH_NODE_TYPE_GRAPH, nodes_of(dependencies, count));
  made.child = copy_of(graph_of(child));
  *node = handle_of(&made);
  return CUDA_SUCCESS;
}

CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode node, CUgraph* graph) {
  *graph = reinterpret_cast<CUgraph>(node_of(node).child);
  return CUDA_SUCCESS;
}

CUresult cuGraphKernelNodeGetParams(CUgraphNode node, CUDA_KERNEL_NODE_PARAMS* parameters) {
  STANDIN_ENTER("cuGraphKernelNodeGetParams");
  if (node_of(node).type != CU_GRAPH_NODE_TYPE_KERNEL) return CUDA_ERROR_INVALID_VALUE;
  *parameters = node_of(node).kernel;
  return CUDA_SUCCESS;
}

CUresult cuGraphKernelNodeSetParams(CUgraphNode node, const CUDA_KERNEL_NODE_PARAMS* parameters) {
  STANDIN_ENTER("cuGraphKernelNodeSetParams");
  standin::copy_arguments(node_of(node), *parameters);
  return CUDA_SUCCESS;
}

CUresult cuGraphKernelNodeCopyAttributes(CUgraphNode to, CUgraphNode from) {
  STANDIN_ENTER("cuGraphKernelNodeCopyAttributes");
  node_of(to).attributes = node_of(from).attributes;
  return CUDA_SUCCESS;
}

CUresult cuGraphKernelNodeGetAttribute(CUgraphNode node, CUkernelNodeAttrID id,
                                       CUkernelNodeAttrValue* value) {
  const auto& attributes = node_of(node).attributes;
  const auto found = attributes.find(static_cast<int>(id));
  *value = found == attributes.end() ? CUkernelNodeAttrValue{} : found->second;
  return CUDA_SUCCESS;
}

CUresult cuGraphKernelNodeSetAttribute(CUgraphNode node, CUkernelNodeAttrID id,
                                       const CUkernelNodeAttrValue* value) {
  node_of(node).attributes[static_cast<int>(id)] = *value;
  return CUDA_SUCCESS;
}

CUresult cuGraphMemsetNodeGetParams(CUgraphNode node, CUDA_MEMSET_NODE_PARAMS* parameters) {
  STANDIN_ENTER("cuGraphMemsetNodeGetParams");
  if (node_of(node).type != CU_GRAPH_NODE_TYPE_MEMSET) return CUDA_ERROR_INVALID_VALUE;
  *parameters = node_of(node).memset;
  return CUDA_SUCCESS;
}

CUresult cuGraphMemsetNodeSetParams(CUgraphNode node, const CUDA_MEMSET_NODE_PARAMS* parameters) {
  node_of(node).memset = *parameters;
  return CUDA_SUCCESS;
}

CUresult cuGraphMemcpyNodeGetParams(CUgraphNode node, CUDA_MEMCPY3D* parameters) {
  *parameters = node_of(node).memcpy;
  return CUDA_SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph graph, unsigned long long) {
  STANDIN_ENTER("cuGraphInstantiateWithFlags");
  *executable = reinterpret_cast<CUgraphExec>(copy_of(graph_of(graph)));
  return CUDA_SUCCESS;
}

CUresult cuGraphExecKernelNodeSetParams(CUgraphExec, CUgraphNode, const CUDA_KERNEL_NODE_PARAMS*) {
  return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuGraphExecDestroy(CUgraphExec executable) {
  delete reinterpret_cast<Graph*>(executable);
  return CUDA_SUCCESS;
}

CUresult cuGraphUpload(CUgraphExec, CUstream) { return CUDA_SUCCESS; }

CUresult cuGraphLaunch(CUgraphExec executable, CUstream handle) {
  STANDIN_ENTER("cuGraphLaunch");
  const skipx::cuda::GraphLaunchParameters seen{executable, handle};
  const standin::Traced traced(false, 514, "cuGraphLaunch", &seen);
  standin::Stream& stream = standin::stream_of(handle);
  if (stream.capture != nullptr) return CUDA_ERROR_NOT_SUPPORTED;
  standin::submit_graph(stream, traced.call(), *reinterpret_cast<Graph*>(executable));
  return CUDA_SUCCESS;
}

#ifndef STANDIN_OLD
CUresult cuGraphGetEdges(CUgraph graph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData*,
                         std::size_t* count) {
  STANDIN_ENTER("cuGraphGetEdges");
  std::vector<CUgraphNode> sources, targets;
  for (const auto& node : graph_of(graph).nodes)
    for (const Node* before : node->dependencies) {
      sources.push_back(handle_of(before));
      targets.push_back(handle_of(node.get()));
    }
  std::size_t copied = *count;
  give(sources, from, &copied);
  give(targets, to, count);
  return CUDA_SUCCESS;
}

CUresult cuGraphNodeGetDependencies(CUgraphNode node, CUgraphNode* dependencies, CUgraphEdgeData*,
                                    std::size_t* count) {
  std::vector<CUgraphNode> all;
  for (const Node* before : node_of(node).dependencies) all.push_back(handle_of(before));
  give(all, dependencies, count);
  return CUDA_SUCCESS;
}

CUresult cuGraphAddDependencies(CUgraph, const CUgraphNode* from, const CUgraphNode* to,
                                const CUgraphEdgeData*, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) node_of(to[i]).dependencies.push_back(&node_of(from[i]));
  return CUDA_SUCCESS;
}
#endif
}
