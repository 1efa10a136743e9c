#include "launch/launcher.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "launch/kernels.hpp"

namespace skipx::launch {

Launcher::Launcher(std::shared_ptr<const Device> device, const LaunchShape& shape)
    : device_(std::move(device)),
      shape_(shape),
      stream_(device_->stream(shape.non_blocking)),
      blob_(static_cast<std::size_t>(std::max(shape.argument_bytes, 0))),
      argument_(blob_.data()) {
  if (shape.grid < 1) throw std::invalid_argument("a grid has at least one block");
  null_kernel_name(shape.argument_bytes);
  device_->make_current();
}

void Launcher::synchronize() { device_->synchronize(stream_); }

}  // namespace skipx::launch
