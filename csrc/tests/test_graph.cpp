#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <vector>

#include "trace/graph.hpp"

using namespace skipx::trace;

namespace {

struct Events {
  std::vector<std::int64_t> begin, dur;
  std::vector<std::int32_t> thread;

  HostEvents view() const { return {begin, dur, thread}; }
};

// Random intervals that nest, touch and cross, in the order that the graph asks for.
Events random_events(std::mt19937& random, int count) {
  const auto below = [&](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  };
  std::vector<std::array<int, 3>> rows;
  for (int i = 0; i < count; ++i) rows.push_back({below(40), below(20), below(3)});
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a[0] != b[0] ? a[0] < b[0] : a[1] > b[1]; });
  Events events;
  for (const auto& [begin, dur, thread] : rows) {
    events.begin.push_back(begin);
    events.dur.push_back(dur);
    events.thread.push_back(thread);
  }
  return events;
}

// By its definition: of the ops of the thread that contain `at`, the one that began last, and of
// those that began together the last in order.
std::int32_t innermost(const Events& ops, std::size_t before, std::int32_t thread,
                       std::int64_t at) {
  for (std::size_t op = before; op-- > 0;) {
    if (ops.thread[op] == thread && ops.begin[op] <= at && at < ops.begin[op] + ops.dur[op])
      return static_cast<std::int32_t>(op);
  }
  return -1;
}

}  // namespace

TEST_CASE("the op tree is the one of its definition") {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    const Events ops = random_events(random, 25);
    const Events calls = random_events(random, 25);
    const OpTree tree = build_op_tree(ops.view(), calls.view());
    for (std::size_t op = 0; op < ops.begin.size(); ++op) {
      const std::int32_t parent = innermost(ops, op, ops.thread[op], ops.begin[op]);
      REQUIRE(tree.parent[op] == parent);
      const bool is_root = parent < 0;
      const auto above = static_cast<std::size_t>(is_root ? 0 : parent);
      CHECK(tree.root[op] == (is_root ? static_cast<std::int32_t>(op) : tree.root[above]));
      CHECK(tree.depth[op] == (is_root ? 0 : tree.depth[above] + 1));
    }
    for (std::size_t call = 0; call < calls.begin.size(); ++call) {
      REQUIRE(tree.call_op[call] ==
              innermost(ops, ops.begin.size(), calls.thread[call], calls.begin[call]));
    }
  }
}

TEST_CASE("an empty trace has an empty graph") {
  CHECK(build_op_tree({}, {}).parent.empty());
  CHECK(join_launches({}, {}).call.empty());
}

TEST_CASE("a negative thread is refused") {
  const Events ops{{1}, {1}, {-1}};
  CHECK_THROWS_AS(build_op_tree(ops.view(), {}), std::invalid_argument);
}

TEST_CASE("activities join their call by correlation") {
  const std::vector<std::int64_t> call_begin{1, 2, 3, 4, 5}, call_id{7, 0, 8, -1, 7};
  const std::vector<std::int8_t> call_api{0, 0, 1, 0, 1};
  const std::vector<std::int64_t> begin{6, 7, 8, 9, 10}, id{7, 8, 9, 0, -1};
  const LaunchJoin join = join_launches({call_begin, call_id, call_api}, {begin, id});
  CHECK(join.call == Column<std::int32_t>{0, 2, -1, -1, -1});
  CHECK(join.duplicates == 0);  // one id of a runtime call and of the driver call in it
}

TEST_CASE("of several calls with one id a runtime call wins, then the last before the activity") {
  const std::vector<std::int64_t> call_begin{10, 20, 30, 40}, call_id{5, 5, 5, 5};
  const std::vector<std::int8_t> call_api{0, 0, 0, 1};
  const std::vector<std::int64_t> begin{5, 15, 25, 50}, id{5, 5, 5, 5};
  const LaunchJoin join = join_launches({call_begin, call_id, call_api}, {begin, id});
  CHECK(join.call == Column<std::int32_t>{0, 0, 1, 2});
  CHECK(join.duplicates == 2);
}
