#include "replay/snapshot.hpp"

#include <map>
#include <string>
#include <utility>

namespace skipx::replay {

std::vector<Range> ranges_of(const Recording& recording, std::span<const std::size_t> launches) {
  // An address has one range, so equal begins are equal ranges.
  std::map<CUdeviceptr, Range> found;
  for (const std::size_t launch : launches)
    for (const Pointer& pointer : recording[launch].kernel.pointers)
      found.try_emplace(pointer.range.begin, pointer.range);
  std::vector<Range> ranges;
  for (const auto& [begin, range] : found) ranges.push_back(range);
  return ranges;
}

Snapshot::Snapshot(const cuda::DriverApi& api, std::vector<Range> ranges, std::size_t limit,
                   CUstream stream)
    : api_(api), ranges_(std::move(ranges)) {
  for (const Range& range : ranges_) bytes_ += range.size;
  if (bytes_ > limit)
    throw cuda::CudaError(cuda::ErrorKind::kRefused,
                          "its buffers hold " + std::to_string(bytes_ >> 20) +
                              " MiB, and room to keep them is for " + std::to_string(limit >> 20),
                          "replay without restoring them");
  for (const Range& range : ranges_) {
    const DeviceMemory& copy = copies_.emplace_back(api_, range.size);
    cuda::check(api_.cuMemcpyAsync(copy.address(), range.begin, range.size, stream),
                "cuMemcpyAsync");
  }
  cuda::check(api_.cuStreamSynchronize(stream), "cuStreamSynchronize");
}

void Snapshot::restore(CUstream stream) const {
  for (std::size_t i = 0; i < ranges_.size(); ++i)
    cuda::check(api_.cuMemcpyAsync(ranges_[i].begin, copies_[i].address(), ranges_[i].size, stream),
                "cuMemcpyAsync");
}

}  // namespace skipx::replay
