// Any text, in any pieces: the reader gives the same trace or the same error, its columns hold
// together, and the graph can be built on them. The sanitizers watch the memory; every piece is
// a buffer of its own, so that a read past its end shows.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "trace/graph.hpp"
#include "trace/kineto_scanner.hpp"

namespace {

using namespace skipx::trace;

// Numbers that follow from the input alone: a crash can be replayed from its file.
class Draws {
 public:
  explicit Draws(std::string_view text) {
    for (const char c : text) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  }
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::size_t>(state_ >> 33) % limit;
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ull;
};

ReadOptions draw_options(Draws& draws) {
  ReadOptions options;
  options.strict = draws.below(4) == 0;
  options.partial = draws.below(2) == 0;
  options.annotations_only = draws.below(8) == 0;
  if (draws.below(8) == 0) options.begin_ns = 1'000'000;
  if (draws.below(8) == 0) options.end_ns = 1'000'000;
  if (draws.below(8) == 0) options.threads = {"1"};
  if (draws.below(8) == 0) options.devices = {0};
  return options;
}

struct Outcome {
  std::unique_ptr<KinetoScanner> scanner;  // owns the names
  std::optional<ScannedTrace> trace;
  std::optional<std::tuple<ScanError::Kind, std::uint64_t, std::string>> error;
};

template <typename NextSize>
Outcome read(std::string_view text, const ReadOptions& options, NextSize next_size) {
  Outcome outcome{std::make_unique<KinetoScanner>(options), {}, {}};
  try {
    while (!text.empty()) {
      const std::size_t size = std::min(text.size(), next_size());
      const auto piece = std::make_unique<char[]>(size);
      std::memcpy(piece.get(), text.data(), size);
      outcome.scanner->feed({piece.get(), size});
      text.remove_prefix(size);
    }
    outcome.trace = outcome.scanner->finish();
  } catch (const ScanError& error) {
    outcome.error = {error.kind(), error.offset(), error.what()};
  }
  return outcome;
}

auto tied(const OpColumns& c) { return std::tie(c.begin, c.dur, c.thread, c.name, c.external_id); }
auto tied(const CallColumns& c) {
  return std::tie(c.begin, c.dur, c.thread, c.name, c.external_id, c.correlation, c.api);
}
auto tied(const ActivityColumns& c) {
  return std::tie(c.begin, c.dur, c.device, c.stream, c.name, c.external_id, c.correlation,
                  c.graph_node, c.bytes, c.shape, c.kind);
}
auto tied(const RegionColumns& c) { return std::tie(c.begin, c.dur, c.thread, c.name, c.kind); }
auto tied(const ThreadId& t) { return std::tie(t.pid, t.tid, t.label); }
auto tied(const Categories::Entry& e) { return std::tie(e.spelling, e.role, e.complete_events); }
auto tied(const Oddity& o) { return std::tie(o.count, o.first_offset); }

template <typename T>
void assert_same(const T& a, const T& b) {
  assert(tied(a) == tied(b));
}

template <typename T>
void assert_same(const std::vector<T>& a, const std::vector<T>& b) {
  assert(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) assert_same(a[i], b[i]);
}

void assert_same(const Oddities& a, const Oddities& b) {
  assert_same(a.repaired_names, b.repaired_names);
  assert_same(a.unreadable_events, b.unreadable_events);
  assert_same(a.missing_durations, b.missing_durations);
  assert_same(a.negative_durations, b.negative_durations);
  assert_same(a.bad_timestamps, b.bad_timestamps);
  assert_same(a.zero_timestamps, b.zero_timestamps);
  assert_same(a.bad_ids, b.bad_ids);
  assert_same(a.rounded_timestamps, b.rounded_timestamps);
}

void assert_same(const ScannedTrace& a, const ScannedTrace& b) {
  assert_same(a.columns.ops, b.columns.ops);
  assert_same(a.columns.calls, b.columns.calls);
  assert_same(a.columns.activities, b.columns.activities);
  assert_same(a.columns.regions, b.columns.regions);
  assert(a.names == b.names);
  assert_same(a.threads, b.threads);
  assert_same(a.categories, b.categories);
  assert(a.metadata == b.metadata);
  assert_same(a.oddities, b.oddities);
  assert(a.events == b.events);
  assert(a.filtered_events == b.filtered_events);
  assert(a.text_bytes == b.text_bytes);
  assert(a.truncated == b.truncated);
}

void assert_same(const Outcome& a, const Outcome& b, bool strict) {
  assert(a.trace.has_value() == b.trace.has_value());
  if (a.trace) return assert_same(*a.trace, *b.trace);
  // A strict read checks each piece before it reads it, so of two faults either may come first.
  if (!strict) assert(a.error == b.error);
}

bool all_below(const std::vector<std::int32_t>& ids, std::size_t limit, std::int32_t least = 0) {
  return std::all_of(ids.begin(), ids.end(), [&](std::int32_t id) {
    return id >= least && (id < 0 || static_cast<std::size_t>(id) < limit);
  });
}

template <typename Table>
void assert_table(const Table& table, std::size_t names) {
  std::apply([&](const auto&... column) { assert(((column.size() == table.begin.size()) && ...)); },
             tied(table));
  assert(std::is_sorted(table.begin.begin(), table.begin.end()));
  assert(std::all_of(table.dur.begin(), table.dur.end(), [](auto dur) { return dur >= 0; }));
  assert(all_below(table.name, names));
}

void assert_whole(const ScannedTrace& trace) {
  const auto& [ops, calls, activities, regions] = trace.columns;
  assert_table(ops, trace.names.size());
  assert_table(calls, trace.names.size());
  assert_table(activities, trace.names.size());
  assert_table(regions, trace.names.size());
  assert(all_below(ops.thread, trace.threads.size()));
  assert(all_below(calls.thread, trace.threads.size()));
  assert(all_below(regions.thread, trace.threads.size()));
  assert(all_below(activities.shape, trace.names.size(), -1));

  const OpTree tree =
      build_op_tree({ops.begin, ops.dur, ops.thread}, {calls.begin, calls.dur, calls.thread});
  for (std::size_t op = 0; op < ops.begin.size(); ++op) {
    const std::int32_t parent = tree.parent[op];
    assert(parent < static_cast<std::int32_t>(op));
    assert((parent < 0) == (tree.depth[op] == 0));
    if (parent < 0) continue;
    const auto above = static_cast<std::size_t>(parent);
    assert(ops.thread[above] == ops.thread[op]);
    assert(ops.begin[above] <= ops.begin[op] && ops.begin[op] < ops.begin[above] + ops.dur[above]);
  }
  const LaunchJoin join = join_launches({calls.begin, calls.correlation, calls.api},
                                        {activities.begin, activities.correlation});
  for (std::size_t row = 0; row < join.call.size(); ++row) {
    if (join.call[row] < 0) continue;
    assert(calls.correlation[static_cast<std::size_t>(join.call[row])] ==
           activities.correlation[row]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Draws draws(text);
  const ReadOptions options = draw_options(draws);
  const std::size_t largest = std::size_t{1} << draws.below(12);

  const Outcome whole = read(text, options, [&] { return text.size(); });
  const Outcome pieces = read(text, options, [&] { return 1 + draws.below(largest); });
  assert_same(whole, pieces, options.strict);
  if (whole.trace) assert_whole(*whole.trace);
  return 0;
}
