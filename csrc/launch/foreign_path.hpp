// A launch that another extension does, timed by the same loops as every other path.
#pragma once

#include "launch/foreign_launch.hpp"
#include "launch/launcher.hpp"

namespace skipx::launch {

class ForeignLauncher : public Launcher {
 public:
  ForeignLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape,
                  const ForeignLaunch& foreign);
  void launch() override;
  // Throws CudaError for a launch that failed since the last time.
  void synchronize() override;

 private:
  const ForeignLaunch& foreign_;
};

}  // namespace skipx::launch
