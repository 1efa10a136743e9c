#include "device.hpp"

#include <time.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "control.hpp"

namespace standin {

namespace {

thread_local std::uint32_t current_correlation = 0;
std::uint32_t last_correlation = 0;
unsigned long long activity_count = 0;

void tell(const Activity& activity) {
  ++activity_count;
  if (sink().activity) sink().activity(activity);
}

void await_room(Stream& stream) {
  const auto queue = static_cast<std::size_t>(script().number("queue"));
  const auto drop_done = [&] {
    while (!stream.pending.empty() && stream.pending.front() <= now()) stream.pending.pop_front();
  };
  drop_done();
  while (stream.pending.size() >= queue) {
    wait_until(stream.pending.front());
    drop_done();
  }
}

template <typename Value>
Value argument(void* const* arguments, std::size_t index) {
  Value value;
  std::memcpy(&value, arguments[index], sizeof value);
  return value;
}

std::int64_t ready(const Stream& stream, std::int64_t call_begin, std::int64_t floor) {
  return std::max(call_begin + floor, stream.free_at + script().number("gap"));
}

}  // namespace

std::recursive_mutex& lock() {
  static std::recursive_mutex mutex;
  return mutex;
}

Sink& sink() {
  static Sink listener;
  return listener;
}

std::int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

void wait_until(std::int64_t time) {
  // Short waits spin: a sleep takes some 50 µs whatever it is asked for.
  for (std::int64_t left = time - now(); left > 0; left = time - now())
    if (left > 200'000) {
      const timespec pause{(left - 100'000) / 1'000'000'000, (left - 100'000) % 1'000'000'000};
      nanosleep(&pause, nullptr);
    }
}

Traced::Traced(bool runtime, std::uint32_t cbid, const char* name, const void* parameters,
               const char* symbol)
    : call_{runtime, cbid, name, parameters, symbol, current_correlation, 0, 0},
      outer_(current_correlation) {
  if (outer_ == 0) call_.correlation = ++last_correlation;
  current_correlation = call_.correlation;
  if (sink().enter) sink().enter(call_);
  call_.begin = now();
}

Traced::~Traced() {
  if (const std::int64_t least = script().number("call"); least > 0)
    wait_until(call_.begin + least);
  call_.end = now();
  current_correlation = outer_;
  if (sink().leave) sink().leave(call_);
}

std::vector<std::unique_ptr<Stream>>& streams() {
  static std::vector<std::unique_ptr<Stream>> all = [] {
    std::vector<std::unique_ptr<Stream>> first;
    first.push_back(std::make_unique<Stream>(Stream{.id = 7}));  // as CUPTI numbers the default
    return first;
  }();
  return all;
}

Stream& stream_of(CUstream handle) {
  // The legacy and the per-thread default stream are one here.
  if (handle == nullptr || handle == CU_STREAM_LEGACY || handle == CU_STREAM_PER_THREAD)
    return *streams().front();
  return *reinterpret_cast<Stream*>(handle);
}

std::int64_t duration_of(const Kernel& kernel, void* const* arguments) {
  if (kernel.effect == "spin" && arguments != nullptr) return argument<std::int64_t>(arguments, 0);
  return kernel.duration >= 0 ? kernel.duration : script().number("duration");
}

void apply_effect(const Kernel& kernel, void* const* arguments) {
  if (kernel.effect.empty() || arguments == nullptr) return;
  if (kernel.effect == "increment") {
    auto* const word = reinterpret_cast<void*>(argument<CUdeviceptr>(arguments, 0));
    std::uint32_t value = 0;
    std::memcpy(&value, word, sizeof value);
    ++value;
    std::memcpy(word, &value, sizeof value);
  } else if (kernel.effect == "spin") {
    const std::int64_t length = argument<std::int64_t>(arguments, 0);
    const std::array<std::int64_t, 2> spun{length * script().number("sm_mhz") / 1000, length};
    std::memcpy(reinterpret_cast<void*>(argument<CUdeviceptr>(arguments, 1)), spun.data(),
                sizeof spun);
  }
}

void apply_memset(const CUDA_MEMSET_NODE_PARAMS& parameters) {
  for (std::size_t row = 0; row < parameters.height; ++row)
    for (std::size_t i = 0; i < parameters.width; ++i)
      std::memcpy(reinterpret_cast<std::byte*>(parameters.dst) + row * parameters.pitch +
                      i * parameters.elementSize,
                  &parameters.value, parameters.elementSize);
}

void submit(Stream& stream, const Call& call, std::int64_t duration, Activity activity) {
  await_room(stream);
  activity.begin = ready(stream, call.begin, script().number("floor"));
  activity.end = activity.begin + duration;
  activity.queued = call.begin + script().number("floor") / 4;
  activity.submitted = call.begin + script().number("floor") / 2;
  activity.stream = stream.id;
  activity.correlation = call.correlation;
  stream.free_at = activity.end;
  stream.pending.push_back(activity.end);
  tell(activity);
}

void submit_graph(Stream& stream, const Call& call, const Graph& graph) {
  await_room(stream);
  const std::int64_t first = ready(stream, call.begin, script().number("graph_floor"));
  std::unordered_map<const Node*, std::int64_t> ends;
  std::uint64_t index = 0;
  for (const auto& node : graph.nodes) {
    std::int64_t begin = first;
    for (const Node* before : node->dependencies)
      begin = std::max(begin, ends[before] + script().number("graph_gap"));
    Activity activity;
    activity.begin = begin;
    activity.stream = stream.id;
    activity.correlation = call.correlation;
    activity.graph = graph.id;
    activity.graph_node = (static_cast<std::uint64_t>(graph.id) << 32) | ++index;
    std::int64_t duration = 0;
    if (node->type == CU_GRAPH_NODE_TYPE_KERNEL) {
      const auto& launch = node->kernel;
      const Kernel& kernel = function_of(launch.func ? static_cast<void*>(launch.func)
                                                     : static_cast<void*>(launch.kern))
                                 .kernel;
      duration = duration_of(kernel, launch.kernelParams);
      activity.name = kernel.name;
      activity.grid = {launch.gridDimX, launch.gridDimY, launch.gridDimZ};
      activity.block = {launch.blockDimX, launch.blockDimY, launch.blockDimZ};
      apply_effect(kernel, launch.kernelParams);
    } else if (node->type == CU_GRAPH_NODE_TYPE_MEMSET) {
      activity.kind = ActivityKind::kMemset;
      activity.bytes = node->memset.width * node->memset.height * node->memset.elementSize;
      duration = script().number("memset");
      apply_memset(node->memset);
    }
    activity.end = begin + duration;
    ends[node.get()] = activity.end;
    stream.free_at = std::max(stream.free_at, activity.end);
    if (duration != 0) tell(activity);
  }
  stream.pending.push_back(stream.free_at);
}

void synchronise_until(std::int64_t time) {
  if (time > now()) wait_until(time + script().number("sync_return"));
}

void synchronise(const Stream& stream) { synchronise_until(stream.free_at); }

void synchronise_all() {
  std::int64_t last = 0;
  for (const auto& stream : streams()) last = std::max(last, stream->free_at);
  synchronise_until(last);
}

}  // namespace standin

unsigned long long standin_activities() {
  const std::lock_guard guard(standin::lock());
  return standin::activity_count;
}
