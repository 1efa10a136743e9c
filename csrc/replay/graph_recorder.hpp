// Records launches from a captured CUDA graph: the driver keeps deep copies of their arguments.
#pragma once

#include <cuda.h>

#include "cuda/driver.hpp"
#include "replay/launch.hpp"

namespace skipx::replay {

// Records every node of the graph and of its child graphs, in an order that keeps the edges; of
// nodes that are free to go, the one that the driver lists first goes first. The graph may be
// destroyed afterwards, but the memory that its kernels use must stay.
// Throws CudaError (kCall, kTooOld before CUDA 12.4, kRefused for a graph with a cycle).
Recording record_graph(const cuda::DriverApi& api, CUgraph graph);

}  // namespace skipx::replay
