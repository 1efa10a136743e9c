// Each activity against the clock of its call, and against what CUPTI spent on itself.
#include <algorithm>
#include <unordered_map>

#include "cuda/activity.hpp"

namespace skipx::cuda {

namespace {

struct Interval {
  std::int64_t begin, end;
};

// The overheads in order, overlapping ones as one.
std::vector<Interval> merged_overheads(const SessionRecords& records) {
  std::vector<Interval> all;
  for (std::size_t i = 0; i < records.overhead_begin.size(); ++i)
    all.push_back({records.overhead_begin[i], records.overhead_begin[i] + records.overhead_dur[i]});
  std::sort(all.begin(), all.end(),
            [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  std::vector<Interval> merged;
  for (const Interval& one : all)
    if (!merged.empty() && one.begin <= merged.back().end)
      merged.back().end = std::max(merged.back().end, one.end);
    else
      merged.push_back(one);
  return merged;
}

bool overlaps(const std::vector<Interval>& intervals, std::int64_t begin, std::int64_t end) {
  const auto after = std::partition_point(intervals.begin(), intervals.end(),
                                          [&](const Interval& one) { return one.begin < end; });
  return after != intervals.begin() && std::prev(after)->end > begin;
}

}  // namespace

void flag_activities(SessionRecords& records) {
  // The earliest call of an id: a driver call is nested in its runtime call.
  std::unordered_map<std::int64_t, std::int64_t> call_begin;
  for (std::size_t i = 0; i < records.calls.begin.size(); ++i)
    call_begin.try_emplace(records.calls.correlation[i], records.calls.begin[i]);
  const std::vector<Interval> overheads = merged_overheads(records);

  const auto& activities = records.activities;
  records.flags.assign(activities.begin.size(), 0);
  for (std::size_t i = 0; i < activities.begin.size(); ++i) {
    const std::int64_t begin = activities.begin[i], end = begin + activities.dur[i];
    const auto call = call_begin.find(activities.correlation[i]);
    const std::int64_t called = call == call_begin.end() ? begin : call->second;
    int flags = 0;
    if (begin < called || end < begin) flags |= kClockViolation;
    if (overlaps(overheads, called, end)) flags |= kDuringOverhead;
    records.flags[i] = static_cast<std::int8_t>(flags);
    records.clock_violations += (flags & kClockViolation) != 0;
    records.during_overhead += (flags & kDuringOverhead) != 0;
  }
}

}  // namespace skipx::cuda
