// What only shows while a stream is held busy: the depth of its queue, and the gaps in it.
#pragma once

#include <memory>
#include <optional>

#include "launch/device.hpp"

namespace skipx::launch {

// How many launches can be pending on a stream before a launch call blocks: the number of launches
// after which none more returned for `patience_ms`, with the one that holds the stream. Nothing
// where `most` launches did not block.
std::optional<int> queue_depth(const std::shared_ptr<const Device>& device, int most,
                               int patience_ms);

enum class Pair { kKernelKernel, kKernelMemset };

// Queues `rounds` pairs behind a kernel that holds the stream, then lets them run back to back.
// Kernels and memsets alternate in the second kind, which so has both gaps between the two.
void run_queued(const std::shared_ptr<const Device>& device, Pair pair, int rounds);

}  // namespace skipx::launch
