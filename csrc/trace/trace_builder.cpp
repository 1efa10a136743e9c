#include "trace/trace_builder.hpp"

#include <algorithm>
#include <numeric>

namespace skipx::trace {
namespace {

constexpr std::int64_t kNone = -1;

Number or_text(const Number& number, std::string_view text) {
  return number.state != NumberState::kMissing || text.empty() ? number : parse_integer(text);
}

std::string thread_key(std::string_view pid, std::string_view tid) {
  std::string key(pid);
  key += '\0';
  key += tid;
  return key;
}

// The order of rows under `less`, or nothing where they are in it already.
template <typename Less>
std::optional<std::vector<std::int32_t>> order_of(std::size_t rows, Less less) {
  std::size_t row = 1;
  while (row < rows && !less(row, row - 1)) ++row;
  if (row >= rows) return std::nullopt;
  std::vector<std::int32_t> order(rows);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return less(static_cast<std::size_t>(a), static_cast<std::size_t>(b));
  });
  return order;
}

template <typename T>
void apply(const std::vector<std::int32_t>& order, std::vector<T>& column) {
  std::vector<T> sorted(column.size());
  for (std::size_t row = 0; row < order.size(); ++row)
    sorted[row] = column[static_cast<std::size_t>(order[row])];
  column = std::move(sorted);
}

template <typename... Columns>
void sort_rows(const std::optional<std::vector<std::int32_t>>& order, Columns&... columns) {
  if (order) (apply(*order, columns), ...);
}

// Order of begin; of two rows with one begin the longer first, so that a parent precedes its child.
template <typename Table, typename Id>
auto by_begin(const Table& table, const std::vector<Id>& id) {
  return [&](std::size_t a, std::size_t b) {
    if (table.begin[a] != table.begin[b]) return table.begin[a] < table.begin[b];
    if (table.dur[a] != table.dur[b]) return table.dur[a] > table.dur[b];
    return id[a] < id[b];
  };
}

}  // namespace

std::size_t TraceBuilder::rows() const {
  return columns_.ops.begin.size() + columns_.calls.begin.size() +
         columns_.activities.begin.size() + columns_.regions.begin.size();
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
    auto& calls = columns_.calls;
    calls.begin.push_back(begin);
    calls.dur.push_back(dur);
    calls.thread.push_back(thread_of(event));
    calls.name.push_back(names_.intern(event.name));
    calls.external_id.push_back(id_of(event.external_id, offset));
    calls.correlation.push_back(id_of(event.correlation, offset));
    calls.api.push_back(
        static_cast<std::int8_t>(role == Role::kDriverCall ? Api::kDriver : Api::kRuntime));
    return;
  }
  if (begin < options_.begin_ns || begin >= options_.end_ns || !keeps_thread(event.tid)) {
    ++filtered_;
    return;
  }
  if (!is_region) {
    auto& ops = columns_.ops;
    ops.begin.push_back(begin);
    ops.dur.push_back(dur);
    ops.thread.push_back(thread_of(event));
    ops.name.push_back(names_.intern(event.name));
    ops.external_id.push_back(id_of(event.external_id, offset));
    return;
  }
  if (role == Role::kPython && !event.name.starts_with(kModulePrefix)) return;
  const RegionKind kind = role == Role::kPython ? RegionKind::kModule
                          : is_step             ? RegionKind::kStep
                                                : RegionKind::kAnnotation;
  auto& regions = columns_.regions;
  regions.begin.push_back(begin);
  regions.dur.push_back(dur);
  regions.thread.push_back(thread_of(event));
  regions.name.push_back(names_.intern(event.name));
  regions.kind.push_back(static_cast<std::int8_t>(kind));
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
  auto& activities = columns_.activities;
  activities.begin.push_back(begin);
  activities.dur.push_back(dur);
  activities.device.push_back(device32);
  activities.stream.push_back(stream);
  activities.name.push_back(names_.intern(event.name));
  activities.external_id.push_back(id_of(event.external_id, offset));
  activities.correlation.push_back(id_of(event.correlation, offset));
  activities.graph_node.push_back(id_of(event.graph_node, offset));
  activities.bytes.push_back(id_of(event.bytes, offset));
  activities.shape.push_back(shape_of(event));
  activities.kind.push_back(static_cast<std::int8_t>(kind));
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

TraceColumns TraceBuilder::take() {
  auto& [ops, calls, activities, regions] = columns_;
  sort_rows(order_of(ops.begin.size(), by_begin(ops, ops.external_id)), ops.begin, ops.dur,
            ops.thread, ops.name, ops.external_id);
  sort_rows(order_of(calls.begin.size(), by_begin(calls, calls.correlation)), calls.begin,
            calls.dur, calls.thread, calls.name, calls.external_id, calls.correlation, calls.api);
  const auto activity_less = [&a = activities](std::size_t x, std::size_t y) {
    if (a.begin[x] != a.begin[y]) return a.begin[x] < a.begin[y];
    if (a.device[x] != a.device[y]) return a.device[x] < a.device[y];
    if (a.stream[x] != a.stream[y]) return a.stream[x] < a.stream[y];
    if (a.correlation[x] != a.correlation[y]) return a.correlation[x] < a.correlation[y];
    return a.graph_node[x] < a.graph_node[y];
  };
  sort_rows(order_of(activities.begin.size(), activity_less), activities.begin, activities.dur,
            activities.device, activities.stream, activities.name, activities.external_id,
            activities.correlation, activities.graph_node, activities.bytes, activities.shape,
            activities.kind);
  sort_rows(order_of(regions.begin.size(), by_begin(regions, regions.kind)), regions.begin,
            regions.dur, regions.thread, regions.name, regions.kind);
  return std::move(columns_);
}

}  // namespace skipx::trace
