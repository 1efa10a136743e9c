#include "replay/replayer.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "cuda/session.hpp"
#include "launch/clock.hpp"
#include "replay/pointers.hpp"
#include "replay/predecessors.hpp"
#include "replay/refusal.hpp"

namespace skipx::replay {

namespace {

using cuda::check;

// A set of twice the L2 cache leaves nothing of what was there, whatever is evicted first.
constexpr std::size_t kFlushedCaches = 2;
constexpr std::size_t kLeastFlush = 1 << 20;

class Event {
 public:
  explicit Event(const cuda::DriverApi& api) : api_(api) {
    check(api_.cuEventCreate(&event_, CU_EVENT_DEFAULT), "cuEventCreate");
  }
  ~Event() { api_.cuEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(CUstream stream) const { check(api_.cuEventRecord(event_, stream), "cuEventRecord"); }
  double ns_since(const Event& earlier) const {
    float milliseconds = 0;
    check(api_.event_elapsed_time(&milliseconds, earlier.event_, event_), "cuEventElapsedTime");
    return std::round(static_cast<double>(milliseconds) * 1e6);
  }

 private:
  const cuda::DriverApi& api_;
  CUevent event_ = nullptr;
};

void require_body(const cuda::DriverApi& api, const Recording& recording,
                  const std::vector<std::size_t>& body) {
  if (body.empty()) throw std::invalid_argument("nothing to replay");
  const bool ascending = std::ranges::adjacent_find(body, std::greater_equal()) == body.end();
  if (!ascending || body.back() >= recording.size())
    throw std::invalid_argument("the launches to replay are not in the order of the recording");
  for (const std::size_t launch : body) {
    require_replayable(recording[launch]);
    require_alive(api, recording[launch]);
  }
}

std::size_t room(const cuda::DriverApi& api) {
  std::size_t available = 0, total = 0;
  check(api.cuMemGetInfo(&available, &total), "cuMemGetInfo");
  return available / 2;
}

std::size_t flush_bytes(const launch::Device& device) {
  const int cache = device.attribute(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE);
  return std::max(kLeastFlush, kFlushedCaches * static_cast<std::size_t>(std::max(cache, 0)));
}

}  // namespace

Replayer::Replayer(std::shared_ptr<const launch::Device> device,
                   std::shared_ptr<const Recording> recording, std::vector<std::size_t> body,
                   bool restore)
    : device_(std::move(device)),
      api_(device_->api()),
      recording_(std::move(recording)),
      body_(std::move(body)),
      stream_(device_->stream(true)),
      gate_(device_) {
  require_body(api_, *recording_, body_);
  memsets_ = memset_predecessors(*recording_, body_);
  for (const std::size_t memset : memsets_) require_alive(api_, (*recording_)[memset]);
  // The workload's own streams may still write what is to be kept.
  check(api_.cuCtxSynchronize(), "cuCtxSynchronize");
  if (restore) snapshot_.emplace(api_, ranges_of(*recording_, body_), room(api_), stream_);
  flush_ = DeviceMemory(api_, flush_bytes(*device_));
  // The first run of a kernel may load its code, which must not happen behind a gate.
  replay(Way::kLaunches, Cache::kCold, 1);
  graph_.emplace(api_, *recording_, body_, stream_);
}

std::vector<std::int64_t> Replayer::time_from_idle(Way way, Cache cache, int replays) {
  std::vector<std::int64_t> times;
  for (int i = 0; i < replays; ++i) {
    prepare(cache);
    const std::int64_t begin = launch::steady_ns();
    run(way);
    device_->synchronize(stream_);
    times.push_back(launch::steady_ns() - begin);
  }
  restore();
  return times;
}

std::vector<double> Replayer::time_behind_gate(Way way, Cache cache, int replays) {
  if (way == Way::kLaunches && body_.size() > kMostBehindGate) return {};
  const Event begin(api_), end(api_);
  std::vector<double> times;
  for (int i = 0; i < replays; ++i) {
    prepare(cache);
    gate_.close(stream_);
    begin.record(stream_);
    run(way);
    end.record(stream_);
    gate_.open();
    device_->synchronize(stream_);
    gate_.require_kept();
    times.push_back(end.ns_since(begin));
  }
  restore();
  return times;
}

std::vector<std::int64_t> Replayer::time_kernels(Cache cache, int replays) {
  cuda::CuptiSession session({.all_calls = false});
  session.start();
  replay(Way::kLaunches, cache, replays);
  const cuda::SessionRecords records = session.stop();

  std::vector<std::int64_t> seen;
  for (std::size_t i = 0; i < records.activities.kind.size(); ++i)
    if (records.activities.kind[i] == static_cast<std::int8_t>(trace::ActivityKind::kKernel))
      seen.push_back(records.activities.dur[i]);
  const std::size_t in_body = kernels_in_body();
  const std::size_t in_replay = runs(cache) * in_body;
  const std::size_t expected = in_replay * static_cast<std::size_t>(replays);
  if (seen.size() != expected)
    throw cuda::CudaError(cuda::ErrorKind::kRefused,
                          "CUPTI recorded " + std::to_string(seen.size()) + " kernels of " +
                              std::to_string(expected) + " that were replayed",
                          "something else uses the device");
  std::vector<std::int64_t> times;
  for (std::size_t end = in_replay; end <= seen.size(); end += in_replay) {
    const auto timed = seen.begin() + static_cast<std::ptrdiff_t>(end);
    times.push_back(
        std::accumulate(timed - static_cast<std::ptrdiff_t>(in_body), timed, std::int64_t{0}));
  }
  return times;
}

void Replayer::replay(Way way, Cache cache, int replays) {
  for (int i = 0; i < replays; ++i) {
    prepare(cache);
    run(way);
    device_->synchronize(stream_);
  }
  restore();
}

void Replayer::restore() {
  if (snapshot_) snapshot_->restore(stream_);
  device_->synchronize(stream_);
}

std::size_t Replayer::kernels_in_body() const {
  return static_cast<std::size_t>(std::ranges::count_if(body_, [&](std::size_t launch) {
    return (*recording_)[launch].kind == LaunchKind::kKernel;
  }));
}

void Replayer::prepare(Cache cache) {
  const auto set_memory = [&] {
    for (const std::size_t memset : memsets_) issue(api_, (*recording_)[memset], stream_);
  };
  if (snapshot_) snapshot_->restore(stream_);
  set_memory();
  if (cache == Cache::kWarm) {
    run(Way::kLaunches);
    set_memory();
  } else {
    check(api_.cuMemsetD8Async(flush_.address(), 0, flush_.bytes(), stream_), "cuMemsetD8Async");
  }
  device_->synchronize(stream_);
}

void Replayer::run(Way way) {
  if (way == Way::kGraph) return graph_->launch(stream_);
  for (const std::size_t launch : body_) issue(api_, (*recording_)[launch], stream_);
}

}  // namespace skipx::replay
