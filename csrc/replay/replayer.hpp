// Replays recorded launches, alone or as a chain, and times them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "launch/device.hpp"
#include "launch/gate.hpp"
#include "replay/device_memory.hpp"
#include "replay/issue.hpp"
#include "replay/launch.hpp"
#include "replay/snapshot.hpp"

namespace skipx::replay {

enum class Way { kLaunches, kGraph };

// Warm: the body ran once just before, untimed. Cold: a set of more memory than the L2 cache holds
// came in between.
enum class Cache { kWarm, kCold };

// Launches that may stand behind a closed gate: more could fill the queue, and the host would then
// wait for the device while the device waits for the host.
inline constexpr std::size_t kMostBehindGate = 32;

// Before each timed replay, outside the timed window: the buffers are put back as they were when
// the replayer was made, the memsets that the body relies on are replayed, the cache is made warm
// or cold, and the stream is drained.
class Replayer {
 public:
  // `body`: indices into the recording, ascending. `restore`: keep and put back every buffer.
  // Throws CudaError (kRefused) for launches that must not be replayed, see refusal.hpp, whose
  // memory is gone, or whose buffers do not fit twice. Runs the body once.
  Replayer(std::shared_ptr<const launch::Device> device, std::shared_ptr<const Recording> recording,
           std::vector<std::size_t> body, bool restore);

  // From the first call on an idle stream to the return of the synchronisation, by the host's
  // clock; ns, one value a replay.
  std::vector<std::int64_t> time_from_idle(Way way, Cache cache, int replays);

  // From the begin of the first to the end of the last item on the device, all of them launched
  // before the first may begin: by events behind a gate; ns. Empty where the body has more launches
  // than kMostBehindGate.
  std::vector<double> time_behind_gate(Way way, Cache cache, int replays);

  // The body's kernels' own time on the device by CUPTI, added up over the body; ns, one value a
  // replay. Throws CudaError: see CuptiSession; kRefused where CUPTI saw other kernels.
  std::vector<std::int64_t> time_kernels(Cache cache, int replays);

  // Replays without a clock.
  void replay(Way way, Cache cache, int replays);

  // Puts every buffer back.
  void restore();

  std::size_t kept_bytes() const { return snapshot_ ? snapshot_->bytes() : 0; }
  std::size_t flushed_bytes() const { return flush_.bytes(); }
  const std::vector<std::size_t>& memsets() const { return memsets_; }

 private:
  // How often the body runs in one replay: in a warm one, once before the timed run.
  static std::size_t runs(Cache cache) { return cache == Cache::kWarm ? 2 : 1; }
  std::size_t kernels_in_body() const;
  void prepare(Cache cache);
  void run(Way way);

  std::shared_ptr<const launch::Device> device_;
  const cuda::DriverApi& api_;
  std::shared_ptr<const Recording> recording_;
  std::vector<std::size_t> body_;
  std::vector<std::size_t> memsets_;
  CUstream stream_;
  launch::Gate gate_;
  std::optional<Snapshot> snapshot_;
  DeviceMemory flush_;
  std::optional<LaunchGraph> graph_;
};

}  // namespace skipx::replay
