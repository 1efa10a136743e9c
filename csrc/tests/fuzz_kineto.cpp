// Any text, in any pieces: the reader gives the same trace or the same error, its columns hold
// together, and the graph can be built on them. The sanitizers watch the memory.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "reading.hpp"
#include "trace/graph.hpp"
#include "trace/kineto_scanner.hpp"
#include "trace_equality.hpp"

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

void assert_same(const Reading& a, const Reading& b, bool strict) {
  assert(a.trace.has_value() == b.trace.has_value());
  if (a.trace) {
    assert(equal(*a.trace, *b.trace));
  } else if (!strict) {
    // A strict read checks each piece before it reads it: of two faults either may come first.
    assert(a.error == b.error);
  }
}

bool all_below(const Column<std::int32_t>& ids, std::size_t limit, std::int32_t least = 0) {
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

void assert_columns(const ScannedTrace& trace) {
  const auto& [ops, calls, activities, regions] = trace.columns;
  assert_table(ops, trace.names.size());
  assert_table(calls, trace.names.size());
  assert_table(activities, trace.names.size());
  assert_table(regions, trace.names.size());
  assert(all_below(ops.thread, trace.threads.size()));
  assert(all_below(calls.thread, trace.threads.size()));
  assert(all_below(regions.thread, trace.threads.size()));
  assert(all_below(activities.shape, trace.names.size(), -1));
}

void assert_graph(const TraceColumns& columns) {
  const auto& [ops, calls, activities, regions] = columns;
  const OpTree tree =
      build_op_tree({ops.begin, ops.dur, ops.thread}, {calls.begin, calls.dur, calls.thread});
  for (std::size_t op = 0; op < ops.begin.size(); ++op) {
    assert(tree.parent[op] < static_cast<std::int32_t>(op));
    assert((tree.parent[op] < 0) == (tree.depth[op] == 0));
    if (tree.parent[op] < 0) continue;
    const auto above = static_cast<std::size_t>(tree.parent[op]);
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

  const Reading whole = read_whole(text, options);
  const Reading pieces = read_in_pieces(text, options, [&] { return 1 + draws.below(largest); });
  assert_same(whole, pieces, options.strict);
  if (whole.trace) {
    assert_columns(*whole.trace);
    assert_graph(whole.trace->columns);
  }
  return 0;
}
