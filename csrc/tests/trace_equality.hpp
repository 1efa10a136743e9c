// Equality of what the reader hands over, by value.
#pragma once

#include <algorithm>
#include <tuple>
#include <vector>

#include "trace/kineto_scanner.hpp"

namespace skipx::trace {

inline auto tied(const OpColumns& c) {
  return std::tie(c.begin, c.dur, c.thread, c.name, c.external_id);
}
inline auto tied(const CallColumns& c) {
  return std::tie(c.begin, c.dur, c.thread, c.name, c.external_id, c.correlation, c.api);
}
inline auto tied(const ActivityColumns& c) {
  return std::tie(c.begin, c.dur, c.device, c.stream, c.name, c.external_id, c.correlation,
                  c.graph_node, c.bytes, c.shape, c.kind);
}
inline auto tied(const RegionColumns& c) {
  return std::tie(c.begin, c.dur, c.thread, c.name, c.kind);
}
inline auto tied(const ThreadId& t) { return std::tie(t.pid, t.tid, t.label); }
inline auto tied(const Categories::Entry& e) {
  return std::tie(e.spelling, e.role, e.complete_events);
}
inline auto tied(const Oddity& o) { return std::tie(o.count, o.first_offset); }

template <typename T>
bool equal(const T& a, const T& b) {
  return tied(a) == tied(b);
}

template <typename T>
bool equal(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return equal(x, y); });
}

inline bool equal(const Oddities& a, const Oddities& b) {
  return equal(a.repaired_names, b.repaired_names) &&
         equal(a.unreadable_events, b.unreadable_events) &&
         equal(a.missing_durations, b.missing_durations) &&
         equal(a.negative_durations, b.negative_durations) &&
         equal(a.bad_timestamps, b.bad_timestamps) && equal(a.zero_timestamps, b.zero_timestamps) &&
         equal(a.bad_ids, b.bad_ids) && equal(a.rounded_timestamps, b.rounded_timestamps);
}

inline bool equal(const ScannedTrace& a, const ScannedTrace& b) {
  return equal(a.columns.ops, b.columns.ops) && equal(a.columns.calls, b.columns.calls) &&
         equal(a.columns.activities, b.columns.activities) &&
         equal(a.columns.regions, b.columns.regions) && a.names == b.names &&
         equal(a.threads, b.threads) && equal(a.categories, b.categories) &&
         a.metadata == b.metadata && equal(a.oddities, b.oddities) && a.events == b.events &&
         a.filtered_events == b.filtered_events && a.text_bytes == b.text_bytes &&
         a.truncated == b.truncated;
}

}  // namespace skipx::trace
