// Launches of a graph of null kernels.
#pragma once

#include "launch/launcher.hpp"

namespace skipx::launch {

class GraphLauncher : public Launcher {  // cuGraphLaunch
 public:
  // `nodes` kernels in `branches` chains that do not depend on each other, as even as they go.
  GraphLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape, int nodes,
                int branches);
  ~GraphLauncher() override;
  void launch() override;

 private:
  void build(int nodes, int branches);

  CUgraph graph_ = nullptr;
  CUgraphExec executable_ = nullptr;
};

}  // namespace skipx::launch
