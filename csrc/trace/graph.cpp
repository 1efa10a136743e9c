#include "trace/graph.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>
#include <vector>

namespace skipx::trace {
namespace {

constexpr std::int32_t kNone = -1;

// Hash map from correlation id to the first call that bears it. Ids that several calls bear are
// marked, and those calls listed apart, in order of id, API and row.
class CallsByCorrelation {
 public:
  explicit CallsByCorrelation(const CallKeys& calls)
      : calls_(calls),
        slots_(std::bit_ceil(calls.correlation.size() * 2 + 16), kNone),
        is_shared_(calls.correlation.size(), false) {
    for (std::size_t row = 0; row < calls.correlation.size(); ++row) {
      const std::int64_t id = calls.correlation[row];
      if (id == 0 || id == kNone) continue;
      std::int32_t& first = slots_[slot_of(id)];
      if (first == kNone) {
        first = static_cast<std::int32_t>(row);
        continue;
      }
      const auto head = static_cast<std::size_t>(first);
      if (!is_shared_[head]) shared_.push_back(first);
      is_shared_[head] = true;
      shared_.push_back(static_cast<std::int32_t>(row));
    }
    std::stable_sort(shared_.begin(), shared_.end(),
                     [&](std::int32_t a, std::int32_t b) { return key_of(a) < key_of(b); });
  }

  // The call of an activity with this id that began at `begin`.
  std::int32_t find(std::int64_t id, std::int64_t begin) const {
    if (id == 0 || id == kNone) return kNone;
    const std::int32_t first = slots_[slot_of(id)];
    if (first == kNone || !is_shared_[static_cast<std::size_t>(first)]) return first;
    const auto group = std::lower_bound(
        shared_.begin(), shared_.end(), id,
        [&](std::int32_t row, std::int64_t wanted) { return key_of(row).first < wanted; });
    // Rows are in order of begin, so within one API the last early enough is next to the bound.
    const auto behind = std::upper_bound(
        group, shared_.end(), std::pair(key_of(*group), begin),
        [&](const auto& wanted, std::int32_t row) {
          return wanted < std::pair(key_of(row), calls_.begin[static_cast<std::size_t>(row)]);
        });
    return behind == group ? *group : *std::prev(behind);
  }

  // Calls whose id an earlier call of the same API bears too.
  std::int64_t duplicates() const {
    std::int64_t count = 0;
    for (std::size_t i = 1; i < shared_.size(); ++i)
      count += key_of(shared_[i - 1]) == key_of(shared_[i]) ? 1 : 0;
    return count;
  }

 private:
  std::pair<std::int64_t, std::int8_t> key_of(std::int32_t row) const {
    const auto at = static_cast<std::size_t>(row);
    return {calls_.correlation[at], calls_.api[at]};
  }

  std::size_t slot_of(std::int64_t id) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t hash = static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15ull;
    std::size_t slot = static_cast<std::size_t>(hash >> 20) & mask;
    while (slots_[slot] != kNone &&
           calls_.correlation[static_cast<std::size_t>(slots_[slot])] != id)
      slot = (slot + 1) & mask;
    return slot;
  }

  CallKeys calls_;
  std::vector<std::int32_t> slots_;
  std::vector<bool> is_shared_;
  std::vector<std::int32_t> shared_;
};

std::size_t threads_in(const HostEvents& events) {
  std::int32_t most = -1;
  for (const std::int32_t thread : events.thread) {
    if (thread < 0) throw std::invalid_argument("a thread index is negative");
    most = std::max(most, thread);
  }
  return static_cast<std::size_t>(most + 1);
}

}  // namespace

OpTree build_op_tree(const HostEvents& ops, const HostEvents& calls) {
  const std::size_t n = ops.begin.size();
  OpTree tree;
  tree.parent.assign(n, kNone);
  tree.root.resize(n);
  tree.depth.resize(n);
  tree.call_op.assign(calls.begin.size(), kNone);
  std::vector<std::vector<std::int32_t>> open(std::max(threads_in(ops), threads_in(calls)));

  // Rows come in order of begin, so an op that has ended can never contain a later one.
  const auto innermost = [&](std::int32_t thread, std::int64_t at) {
    auto& stack = open[static_cast<std::size_t>(thread)];
    while (!stack.empty()) {
      const auto top = static_cast<std::size_t>(stack.back());
      if (ops.begin[top] + ops.dur[top] > at) return stack.back();
      stack.pop_back();
    }
    return kNone;
  };

  std::size_t call = 0;
  const auto place_calls_before = [&](std::int64_t begin) {
    for (; call < calls.begin.size() && calls.begin[call] < begin; ++call)
      tree.call_op[call] = innermost(calls.thread[call], calls.begin[call]);
  };
  for (std::size_t op = 0; op < n; ++op) {
    place_calls_before(ops.begin[op]);
    const std::int32_t parent = innermost(ops.thread[op], ops.begin[op]);
    const auto self = static_cast<std::int32_t>(op);
    tree.parent[op] = parent;
    tree.root[op] = parent == kNone ? self : tree.root[static_cast<std::size_t>(parent)];
    tree.depth[op] = parent == kNone ? 0 : tree.depth[static_cast<std::size_t>(parent)] + 1;
    open[static_cast<std::size_t>(ops.thread[op])].push_back(self);
  }
  for (; call < calls.begin.size(); ++call)
    tree.call_op[call] = innermost(calls.thread[call], calls.begin[call]);
  return tree;
}

LaunchJoin join_launches(const CallKeys& calls, const ActivityKeys& activities) {
  const CallsByCorrelation by_id(calls);
  LaunchJoin join;
  join.call.resize(activities.begin.size());
  for (std::size_t i = 0; i < activities.begin.size(); ++i)
    join.call[i] = by_id.find(activities.correlation[i], activities.begin[i]);
  join.duplicates = by_id.duplicates();
  return join;
}

}  // namespace skipx::trace
