// Issues recorded launches again: one by one, or as one graph.
#pragma once

#include <cuda.h>

#include <span>

#include "cuda/driver.hpp"
#include "replay/launch.hpp"

namespace skipx::replay {

// Issues one launch to the stream. Work of the kind kOther is not issued; see require_replayable.
void issue(const cuda::DriverApi& api, const Launch& launch, CUstream stream);

// The launches as an instantiated graph. It is captured from the very calls that `issue` makes, so
// that the two ways differ in nothing but the launching.
class LaunchGraph {
 public:
  LaunchGraph(const cuda::DriverApi& api, const Recording& recording,
              std::span<const std::size_t> launches, CUstream stream);
  ~LaunchGraph();
  LaunchGraph(const LaunchGraph&) = delete;
  LaunchGraph& operator=(const LaunchGraph&) = delete;

  void launch(CUstream stream) const;

 private:
  const cuda::DriverApi& api_;
  CUgraphExec exec_ = nullptr;
};

}  // namespace skipx::replay
