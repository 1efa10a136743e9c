// The contents of the memory that launches use, kept so that each replay begins with them.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <span>
#include <vector>

#include "cuda/driver.hpp"
#include "replay/device_memory.hpp"
#include "replay/launch.hpp"

namespace skipx::replay {

// The ranges that the launches use, ascending, each once.
std::vector<Range> ranges_of(const Recording& recording, std::span<const std::size_t> launches);

class Snapshot {
 public:
  // Copies every range. Throws CudaError (kRefused) where they take more than `limit` bytes.
  Snapshot(const cuda::DriverApi& api, std::vector<Range> ranges, std::size_t limit,
           CUstream stream);

  // Puts everything back, in stream order.
  void restore(CUstream stream) const;

  std::size_t bytes() const { return bytes_; }

 private:
  const cuda::DriverApi& api_;
  std::vector<Range> ranges_;
  std::vector<DeviceMemory> copies_;
  std::size_t bytes_ = 0;
};

}  // namespace skipx::replay
