#include "trace/trace_builder.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace skipx::trace {
namespace {

constexpr std::int64_t kNone = -1;

Number or_text(const Number& number, std::string_view text) {
  return number.state != NumberState::kMissing || text.empty() ? number : parse_integer(text);
}

// Order of begin; of two rows with one begin the longer first, so that a parent precedes its child.
template <typename Row, typename Id>
auto by_begin(Id Row::*id) {
  return [id](const Row& a, const Row& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    if (a.dur != b.dur) return a.dur > b.dur;
    return a.*id < b.*id;
  };
}

std::string thread_key(std::string_view pid, std::string_view tid) {
  std::string key(pid);
  key += '\0';
  key += tid;
  return key;
}

}  // namespace

std::size_t TraceBuilder::rows() const {
  return ops_.size() + calls_.size() + activities_.size() + regions_.size();
}

void TraceBuilder::add(const Event& event, std::uint64_t offset) {
  if (event.repaired) oddities_.repaired_names.add(offset);
  if (event.phase == "M") {
    if (event.name == "thread_name") add_label(event);
    return;
  }
  if (!event.is_complete() || event.category == nullptr) return;
  ++event.category->complete_events;
  if (!event.wanted || event.role() == Role::kIgnored) return;
  // Of Python's functions only module calls are of use, wherever the name stands in the event.
  if (event.role() == Role::kPython && !event.name.starts_with(kModulePrefix)) return;

  const std::int64_t begin = event.begin.value;
  std::int64_t dur = event.duration.value;
  if (!event.begin.usable()) return oddities_.bad_timestamps.add(offset);
  if (!event.duration.usable()) return oddities_.missing_durations.add(offset);
  if (dur < 0) {
    oddities_.negative_durations.add(offset);
    dur = 0;
  }
  // Far ends are refused, so that sums and differences of times cannot overflow.
  constexpr std::int64_t kFar = std::int64_t{1} << 61;
  if (begin > kFar || begin < -kFar || dur > kFar) return oddities_.bad_timestamps.add(offset);
  if (begin == 0) oddities_.zero_timestamps.add(offset);
  if (event.begin.state == NumberState::kRounded || event.duration.state == NumberState::kRounded)
    oddities_.rounded_timestamps.add(offset);

  if (event.role() == Role::kKernel || event.role() == Role::kMemcpy ||
      event.role() == Role::kMemset)
    add_activity(event, begin, dur, offset);
  else
    add_host(event, begin, dur, offset);
}

void TraceBuilder::add_host(const Event& event, std::int64_t begin, std::int64_t dur,
                            std::uint64_t offset) {
  const bool is_step = event.name.starts_with(kStepPrefix);
  const Role role = event.role();
  const bool is_region = role == Role::kAnnotation || role == Role::kPython ||
                         (role == Role::kOp && is_step);  // steps were operators until 2021
  if (!is_region && options_.annotations_only) return;
  if (role == Role::kRuntimeCall || role == Role::kDriverCall) {
    // Never filtered here: whether an activity is an orphan shows only when all calls are known.
    const Api api = role == Role::kDriverCall ? Api::kDriver : Api::kRuntime;
    calls_.push_back({.begin = begin,
                      .dur = dur,
                      .external_id = id_of(event.external_id, offset),
                      .correlation = id_of(event.correlation, offset),
                      .thread = thread_of(event),
                      .name = names_.intern(event.name),
                      .api = static_cast<std::int8_t>(api)});
    return;
  }
  if (begin < options_.begin_ns || begin >= options_.end_ns || !keeps_thread(event.tid)) {
    ++filtered_;
    return;
  }
  if (!is_region) {
    ops_.push_back({.begin = begin,
                    .dur = dur,
                    .external_id = id_of(event.external_id, offset),
                    .thread = thread_of(event),
                    .name = names_.intern(event.name)});
    return;
  }
  const RegionKind kind = role == Role::kPython ? RegionKind::kModule
                          : is_step             ? RegionKind::kStep
                                                : RegionKind::kAnnotation;
  regions_.push_back({.begin = begin,
                      .dur = dur,
                      .thread = thread_of(event),
                      .name = names_.intern(event.name),
                      .kind = static_cast<std::int8_t>(kind)});
}

void TraceBuilder::add_activity(const Event& event, std::int64_t begin, std::int64_t dur,
                                std::uint64_t offset) {
  // Kineto repeats device and stream as process and thread of the event.
  const std::int64_t device = id_of(or_text(event.device, event.pid), offset);
  const std::int64_t stream = id_of(or_text(event.stream, event.tid), offset);
  const bool fits = device >= std::numeric_limits<std::int32_t>::min() &&
                    device <= std::numeric_limits<std::int32_t>::max();
  if (!fits) oddities_.bad_ids.add(offset);
  const auto device32 = static_cast<std::int32_t>(fits ? device : kNone);
  const auto& kept = options_.devices;
  if (!kept.empty() && std::find(kept.begin(), kept.end(), device32) == kept.end()) {
    ++filtered_;
    return;
  }
  const ActivityKind kind = event.role() == Role::kKernel   ? ActivityKind::kKernel
                            : event.role() == Role::kMemcpy ? ActivityKind::kMemcpy
                                                            : ActivityKind::kMemset;
  activities_.push_back({.begin = begin,
                         .dur = dur,
                         .stream = stream,
                         .external_id = id_of(event.external_id, offset),
                         .correlation = id_of(event.correlation, offset),
                         .graph_node = id_of(event.graph_node, offset),
                         .bytes = id_of(event.bytes, offset),
                         .device = device32,
                         .name = names_.intern(event.name),
                         .shape = shape_of(event),
                         .kind = static_cast<std::int8_t>(kind)});
}

std::int64_t TraceBuilder::id_of(const Number& id, std::uint64_t offset) {
  if (id.state == NumberState::kOdd) oddities_.bad_ids.add(offset);
  return id.usable() ? id.value : kNone;
}

bool TraceBuilder::keeps_thread(std::string_view tid) const {
  const auto& kept = options_.threads;
  return kept.empty() || std::find(kept.begin(), kept.end(), tid) != kept.end();
}

std::int32_t TraceBuilder::thread_of(const Event& event) {
  if (last_thread_ >= 0) {
    const ThreadId& last = threads_[static_cast<std::size_t>(last_thread_)];
    if (last.tid == event.tid && last.pid == event.pid) return last_thread_;
  }
  const auto [found, is_new] = thread_index_.try_emplace(
      thread_key(event.pid, event.tid), static_cast<std::int32_t>(threads_.size()));
  if (is_new) threads_.push_back({std::string(event.pid), std::string(event.tid), ""});
  last_thread_ = found->second;
  return last_thread_;
}

std::int32_t TraceBuilder::shape_of(const Event& event) {
  if (event.grid.empty() && event.block.empty()) return static_cast<std::int32_t>(kNone);
  if (last_shape_ >= 0 && last_grid_ == event.grid && last_block_ == event.block)
    return last_shape_;
  last_grid_ = event.grid;
  last_block_ = event.block;
  shape_text_.clear();
  const auto append = [&](std::string_view label, std::string_view text) {
    shape_text_ += label;
    std::copy_if(text.begin(), text.end(), std::back_inserter(shape_text_),
                 [](unsigned char c) { return c > ' '; });
  };
  append("grid ", event.grid);
  append(" block ", event.block);
  last_shape_ = names_.intern(shape_text_);
  return last_shape_;
}

void TraceBuilder::add_label(const Event& event) {
  constexpr std::size_t kMostLabels = 65536;
  if (labels_.size() < kMostLabels)
    labels_.insert_or_assign(thread_key(event.pid, event.tid), std::string(event.label));
}

std::vector<ThreadId> TraceBuilder::threads() const {
  std::vector<ThreadId> threads = threads_;
  for (ThreadId& thread : threads) {
    const auto label = labels_.find(thread_key(thread.pid, thread.tid));
    if (label != labels_.end()) thread.label = label->second;
  }
  return threads;
}

TraceColumns TraceBuilder::columns() const {
  TraceColumns columns;
  auto& [ops, calls, activities, regions] = columns;
  take_apart(ops_, by_begin(&OpRow::external_id), Filling{&OpRow::begin, ops.begin},
             Filling{&OpRow::dur, ops.dur}, Filling{&OpRow::thread, ops.thread},
             Filling{&OpRow::name, ops.name}, Filling{&OpRow::external_id, ops.external_id});
  take_apart(calls_, by_begin(&CallRow::correlation), Filling{&CallRow::begin, calls.begin},
             Filling{&CallRow::dur, calls.dur}, Filling{&CallRow::thread, calls.thread},
             Filling{&CallRow::name, calls.name}, Filling{&CallRow::external_id, calls.external_id},
             Filling{&CallRow::correlation, calls.correlation}, Filling{&CallRow::api, calls.api});
  const auto activity_less = [](const ActivityRow& a, const ActivityRow& b) {
    return std::tie(a.begin, a.device, a.stream, a.correlation, a.graph_node) <
           std::tie(b.begin, b.device, b.stream, b.correlation, b.graph_node);
  };
  take_apart(
      activities_, activity_less, Filling{&ActivityRow::begin, activities.begin},
      Filling{&ActivityRow::dur, activities.dur}, Filling{&ActivityRow::device, activities.device},
      Filling{&ActivityRow::stream, activities.stream},
      Filling{&ActivityRow::name, activities.name},
      Filling{&ActivityRow::external_id, activities.external_id},
      Filling{&ActivityRow::correlation, activities.correlation},
      Filling{&ActivityRow::graph_node, activities.graph_node},
      Filling{&ActivityRow::bytes, activities.bytes},
      Filling{&ActivityRow::shape, activities.shape}, Filling{&ActivityRow::kind, activities.kind});
  take_apart(regions_, by_begin(&RegionRow::kind), Filling{&RegionRow::begin, regions.begin},
             Filling{&RegionRow::dur, regions.dur}, Filling{&RegionRow::thread, regions.thread},
             Filling{&RegionRow::name, regions.name}, Filling{&RegionRow::kind, regions.kind});
  return columns;
}

}  // namespace skipx::trace
