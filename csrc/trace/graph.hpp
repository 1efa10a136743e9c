// The operator-launch-kernel graph over sorted columns: op tree, op of each call, launch of each
// activity. Rows must be in order of begin, of equal begins the longer first.
#pragma once

#include <cstdint>
#include <span>

#include "trace/large_pages.hpp"

namespace skipx::trace {

struct HostEvents {
  std::span<const std::int64_t> begin, dur;
  std::span<const std::int32_t> thread;
};

struct OpTree {
  Column<std::int32_t> parent, root, depth;  // one an op; parent -1, root itself: a root op
  Column<std::int32_t> call_op;              // one a call; -1: outside any op
};

// An op or call belongs to the innermost op of its thread with begin <= its begin < end.
OpTree build_op_tree(const HostEvents& ops, const HostEvents& calls);

struct CallKeys {
  std::span<const std::int64_t> begin, correlation;
  std::span<const std::int8_t> api;
};

struct ActivityKeys {
  std::span<const std::int64_t> begin, correlation;
};

struct LaunchJoin {
  Column<std::int32_t> call;    // one an activity; -1: an orphan
  std::int64_t duplicates = 0;  // calls whose id an earlier call of the same API bears too
};

// Joins by correlation id; 0 and -1 join nothing. Of several calls with one id a runtime call wins
// over a driver call, then the last that began no later than the activity, then the first.
LaunchJoin join_launches(const CallKeys& calls, const ActivityKeys& activities);

}  // namespace skipx::trace
