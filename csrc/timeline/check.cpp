#include "timeline/check.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace skipx::timeline {
namespace {

// No time can pass this, so that a sum of two cannot overflow.
constexpr std::int64_t kLatest = std::int64_t{1} << 61;

// Numbers of threads, streams and events are below this and the number of rows: a table of them
// is never much larger than the program.
constexpr std::int64_t kNumbers = 1 << 16;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

[[noreturn]] void refuse(const char* column, std::size_t row, std::int64_t value,
                         const char* wanted) {
  refuse(std::string(column) + " of row " + std::to_string(row) + " is " + std::to_string(value) +
         ", wanted " + wanted);
}

template <typename T>
void check_size(const char* column, const Column<T>& values, std::size_t wanted) {
  if (values.size() != wanted) {
    refuse(std::string(column) + " has " + std::to_string(values.size()) + " rows, wanted " +
           std::to_string(wanted));
  }
}

void check_sizes(const Items& items, const Work& work) {
  const std::size_t n = items.size();
  if (n + work.size() > std::size_t{INT32_MAX}) refuse("more than 2^31 items and activities");
  check_size("kind", items.kind, n);
  check_size("gap_ns", items.gap, n);
  check_size("anchor", items.anchor, n);
  check_size("duration_ns", items.duration, n);
  check_size("floor_ns", items.floor, n);
  check_size("first", items.first, n);
  check_size("count", items.count, n);
  check_size("blocking", items.blocking, n);
  check_size("graph", items.graph, n);
  check_size("stream", items.stream, n);
  check_size("event", items.event, n);
  check_size("category", work.category, work.size());
  check_size("duration_ns of the work", work.duration, work.size());
}

// The sum of everything that takes time: no path through the program is longer.
class Total {
 public:
  void add(const char* column, std::size_t row, std::int64_t value) {
    if (value < 0) refuse(column, row, value, "at least 0");
    if (value > kLatest - sum_) refuse("the program's times add up to more than 73 years");
    sum_ += value;
  }

  void add_times(const char* name, std::int64_t value, std::size_t times) {
    if (value < 0) refuse(std::string(name) + " is " + std::to_string(value) + ", below 0");
    std::int64_t product = 0;
    if (__builtin_mul_overflow(value, static_cast<std::int64_t>(times), &product))
      product = kLatest;
    add(name, 0, product);
  }

 private:
  std::int64_t sum_ = 0;
};

void check_times(const Items& items, const Work& work, const Parameters& parameters) {
  Total total;
  for (std::size_t row = 0; row < items.size(); ++row) {
    total.add("gap_ns", row, items.gap[row]);
    total.add("duration_ns", row, items.duration[row]);
    total.add("floor_ns", row, items.floor[row]);
  }
  for (std::size_t row = 0; row < work.size(); ++row) {
    total.add("duration_ns of the work", row, work.duration[row]);
  }
  for (const auto& previous : parameters.gap) {
    for (const std::int64_t gap : previous) total.add_times("gap_ns", gap, work.size());
  }
  total.add_times("graph_gap_ns", parameters.graph_gap, work.size());
  total.add_times("sync_return_ns", parameters.sync_return, items.size());
  for (std::size_t at = 0; at < parameters.busy.size(); ++at) {
    total.add("busy_ns", at, parameters.busy[at]);
  }
  if (parameters.queue_depth < 1) refuse("queue_depth", 0, parameters.queue_depth, "at least 1");
}

void check_launches(const Items& items, const Work& work) {
  std::vector<bool> launched(work.size());
  std::size_t launches = 0;
  for (std::size_t row = 0; row < items.size(); ++row) {
    if (static_cast<Kind>(items.kind[row]) != Kind::kLaunch) continue;
    const std::int64_t first = items.first[row], count = items.count[row];
    if (count < 1) refuse("count", row, count, "at least 1");
    if (first < 0 || first + count > static_cast<std::int64_t>(work.size())) {
      refuse("first", row, first, "rows of the work");
    }
    for (auto at = static_cast<std::size_t>(first), end = at + static_cast<std::size_t>(count);
         at < end; ++at) {
      if (launched[at]) refuse("activity " + std::to_string(at) + " is launched twice");
      launched[at] = true;
      ++launches;
    }
  }
  if (launches < work.size()) {
    const auto idle = std::find(launched.begin(), launched.end(), false) - launched.begin();
    refuse("activity " + std::to_string(idle) + " is launched by no item");
  }
}

// Which item needs a stream or an event; where it needs none, -1 will do as well.
bool needs_stream(Kind kind) { return kind == Kind::kRecord || kind == Kind::kStreamWait; }
bool needs_event(Kind kind) { return needs_stream(kind) || kind == Kind::kEventSync; }

}  // namespace

void check(const Items& items, const Work& work, const Parameters& parameters) {
  check_sizes(items, work);
  const auto n = static_cast<std::int64_t>(items.size());
  const std::int64_t numbers = kNumbers + n + static_cast<std::int64_t>(work.size());
  for (std::size_t row = 0; row < items.size(); ++row) {
    if (items.kind[row] < 0 || items.kind[row] >= kKinds) {
      refuse("kind", row, items.kind[row], "a kind of item");
    }
    const auto kind = static_cast<Kind>(items.kind[row]);
    const std::int64_t thread = items.thread[row], anchor = items.anchor[row];
    const std::int64_t stream = items.stream[row], event = items.event[row];
    if (thread < 0 || thread >= numbers) refuse("thread", row, thread, "a small number from 0");
    if (anchor < -1 || anchor >= n) refuse("anchor", row, anchor, "a row or -1");
    if (stream < (needs_stream(kind) ? 0 : kAllStreams) || stream >= numbers) {
      refuse("stream", row, stream, "a small number from 0");
    }
    if (event < (needs_event(kind) ? 0 : -1) || event >= numbers) {
      refuse("event", row, event, "a small number from 0");
    }
  }
  for (std::size_t row = 0; row < work.size(); ++row) {
    const std::int64_t stream = work.stream[row], category = work.category[row];
    if (stream < 0 || stream >= numbers)
      refuse("stream of the work", row, stream, "a small number from 0");
    if (category < 0 || category >= static_cast<std::int64_t>(kCategories)) {
      refuse("category", row, category, "a kind of activity");
    }
  }
  check_launches(items, work);
  check_times(items, work, parameters);
}

}  // namespace skipx::timeline
