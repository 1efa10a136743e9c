#include "cuda/activity_buffers.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace skipx::cuda {

namespace {

constexpr std::size_t kAlignment = 64;  // CUPTI asks for 8
constexpr std::size_t kReady = 4;

}  // namespace

void ActivityBuffers::Free::operator()(std::uint8_t* block) const { std::free(block); }

ActivityBuffers& ActivityBuffers::instance() {
  // Never destroyed: CUPTI's threads may give a buffer back while the process ends.
  static ActivityBuffers& buffers = *new ActivityBuffers;
  return buffers;
}

void ActivityBuffers::reset(std::size_t bytes, std::size_t most) {
  const std::lock_guard lock(mutex_);
  bytes_ = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  left_ = most;
  declined_ = 0;
  filled_.clear();
  ready_.clear();
  for (std::size_t i = 0; i < kReady; ++i)
    if (Block block = make_block()) ready_.push_back(std::move(block));
}

// A zeroed buffer, or none. Writing the zeroes leaves no page fault for the measured time.
ActivityBuffers::Block ActivityBuffers::make_block() {
  if (bytes_ > left_) return nullptr;
  Block block(static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, bytes_)));
  if (block == nullptr) return nullptr;
  std::memset(block.get(), 0, bytes_);
  left_ -= bytes_;
  return block;
}

std::vector<std::span<std::uint8_t>> ActivityBuffers::filled() {
  const std::lock_guard lock(mutex_);
  std::vector<std::span<std::uint8_t>> spans;
  for (const auto& [block, valid] : filled_) spans.emplace_back(block.get(), valid);
  return spans;
}

void ActivityBuffers::reuse(std::size_t count) {
  const std::lock_guard lock(mutex_);
  const auto end = filled_.begin() + static_cast<std::ptrdiff_t>(std::min(count, filled_.size()));
  for (auto one = filled_.begin(); one != end; ++one) {
    std::memset(one->first.get(), 0, bytes_);
    ready_.push_back(std::move(one->first));
  }
  filled_.erase(filled_.begin(), end);
}

std::size_t ActivityBuffers::declined() {
  const std::lock_guard lock(mutex_);
  return std::exchange(declined_, 0);
}

void ActivityBuffers::request(std::uint8_t** buffer, std::size_t* bytes,
                              std::size_t* most_records) {
  ActivityBuffers& self = instance();
  const std::lock_guard lock(self.mutex_);
  *buffer = nullptr;
  *bytes = 0;
  *most_records = 0;  // as many as fit
  Block block;
  if (self.ready_.empty()) {
    block = self.make_block();
  } else {
    block = std::move(self.ready_.back());
    self.ready_.pop_back();
  }
  if (block == nullptr) {
    // The session is refused for it. Records that are lost already make way: libraries before CUDA
    // 12.9 crash where they get no buffer.
    ++self.declined_;
    if (self.filled_.empty()) return;
    block = std::move(self.filled_.back().first);
    self.filled_.pop_back();
    std::memset(block.get(), 0, self.bytes_);
  }
  *buffer = block.release();
  *bytes = self.bytes_;
}

void ActivityBuffers::complete(CUcontext, std::uint32_t, std::uint8_t* buffer, std::size_t,
                               std::size_t valid) {
  ActivityBuffers& self = instance();
  const std::lock_guard lock(self.mutex_);
  self.filled_.emplace_back(Block(buffer), valid);
}

}  // namespace skipx::cuda
