// A kernel that keeps a stream busy for a while and tells how fast its multiprocessor ran.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "launch/mapped_memory.hpp"

namespace skipx::launch {

class Spin {
 public:
  explicit Spin(std::shared_ptr<const Device> device);

  // Puts the kernel on the stream; it ends about `nanoseconds` after it began.
  void launch(CUstream stream, std::int64_t nanoseconds);

  // The SM clock during the last launch, MHz; call it when that has ended. Throws CudaError
  // (kRefused) where the device's timer stood still.
  double mhz() const;

  const Device& device() const { return memory_.device(); }

 private:
  MappedMemory memory_;
};

// The SM clock by a kernel that spins for 100 us.
class SmClock {
 public:
  explicit SmClock(std::shared_ptr<const Device> device) : spin_(std::move(device)) {}
  double mhz();

 private:
  Spin spin_;
};

}  // namespace skipx::launch
