// One way to launch a null kernel, ready to be called again and again.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "launch/device.hpp"

namespace skipx::launch {

struct LaunchShape {
  int argument_bytes = 0;
  int grid = 1;
  bool non_blocking = true;
};

class Launcher {
 public:
  Launcher(std::shared_ptr<const Device> device, const LaunchShape& shape);
  virtual ~Launcher() = default;
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  // The call that is timed: nothing but the launch API. Throws CudaError when it fails.
  virtual void launch() = 0;

  // Waits for everything that was launched.
  virtual void synchronize();

  const Device& device() const { return *device_; }

 protected:
  CUstream stream() const { return stream_; }
  unsigned grid() const { return static_cast<unsigned>(shape_.grid); }
  int argument_bytes() const { return shape_.argument_bytes; }
  // As kernel parameters: an array of pointers, null where there are no arguments.
  void** arguments() { return shape_.argument_bytes > 0 ? &argument_ : nullptr; }

 private:
  std::shared_ptr<const Device> device_;
  LaunchShape shape_;
  CUstream stream_;
  std::vector<std::byte> blob_;
  void* argument_;
};

}  // namespace skipx::launch
