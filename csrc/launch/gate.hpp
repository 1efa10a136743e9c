// A kernel that keeps a stream busy until the host opens it, so that what is launched meanwhile
// queues up behind it.
#pragma once

#include <cstdint>
#include <memory>

#include "launch/mapped_memory.hpp"

namespace skipx::launch {

// Everything that is launched behind a closed gate must have run once before: loading code or
// allocating memory may wait for the device, and the gate for the host. The kernel gives up after
// kGatePatienceNs, so that such a knot comes undone.
class Gate {
 public:
  explicit Gate(std::shared_ptr<const Device> device);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void close(CUstream stream);
  // May be called from any thread, and when open.
  void open();
  // Throws CudaError (kRefused) where the kernel gave up; call it when the stream is idle.
  void require_kept() const;

 private:
  std::uint32_t& word() const { return *static_cast<std::uint32_t*>(memory_.host()); }

  MappedMemory memory_;
};

}  // namespace skipx::launch
