#include "launch/copies.hpp"

#include "launch/clock.hpp"

namespace skipx::launch {

using cuda::check;

namespace {

class HostMemory {
 public:
  HostMemory(const Device& device, bool pinned, std::size_t bytes) : device_(device) {
    if (pinned)
      check(device.api().cuMemHostAlloc(&locked_, bytes, 0), "cuMemHostAlloc");
    else
      pageable_.resize(bytes);
  }
  ~HostMemory() {
    if (locked_ != nullptr) device_.api().cuMemFreeHost(locked_);
  }
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;

  void* data() { return locked_ != nullptr ? locked_ : pageable_.data(); }

 private:
  const Device& device_;
  void* locked_ = nullptr;
  std::vector<std::byte> pageable_;
};

class DeviceMemory {
 public:
  DeviceMemory(const Device& device, std::size_t bytes) : device_(device) {
    check(device.api().cuMemAlloc(&address_, bytes), "cuMemAlloc");
  }
  ~DeviceMemory() { device_.api().cuMemFree(address_); }
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  CUdeviceptr address() const { return address_; }

 private:
  const Device& device_;
  CUdeviceptr address_ = 0;
};

}  // namespace

std::vector<std::int64_t> time_copies(const Device& device, Direction direction, bool pinned,
                                      std::size_t bytes, int count) {
  device.make_current();
  HostMemory host(device, pinned, bytes);
  const DeviceMemory memory(device, bytes);
  const cuda::DriverApi& api = device.api();
  const CUstream stream = device.stream(true);
  const auto copy = [&] {
    if (direction == Direction::kHostToDevice)
      check(api.cuMemcpyHtoDAsync(memory.address(), host.data(), bytes, stream),
            "cuMemcpyHtoDAsync");
    else
      check(api.cuMemcpyDtoHAsync(host.data(), memory.address(), bytes, stream),
            "cuMemcpyDtoHAsync");
    device.synchronize(stream);
  };
  copy();
  std::vector<std::int64_t> spans;
  spans.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const std::int64_t begin = steady_ns();
    copy();
    spans.push_back(steady_ns() - begin);
  }
  return spans;
}

}  // namespace skipx::launch
