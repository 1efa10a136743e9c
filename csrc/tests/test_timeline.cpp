#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "timeline/player.hpp"
#include "timeline/program.hpp"

namespace {

using skipx::timeline::kAllStreams;
using skipx::timeline::Kind;
using skipx::timeline::Parameters;
using skipx::timeline::play;
using skipx::timeline::Playback;
using Times = std::vector<std::int64_t>;

// Columns that own their values.
struct Script {
  std::vector<std::int32_t> thread, anchor, first, count, stream, event;
  std::vector<std::int8_t> kind;
  std::vector<std::int64_t> gap, duration, floor;
  std::vector<std::uint8_t> blocking, graph;
  std::vector<std::int32_t> work_stream;
  std::vector<std::int8_t> work_category;
  std::vector<std::int64_t> work_duration;

  std::size_t item(Kind of, std::int32_t on_thread = 0, std::int32_t on_stream = 0,
                   std::int32_t of_event = 0) {
    kind.push_back(static_cast<std::int8_t>(of));
    thread.push_back(on_thread);
    anchor.push_back(-1);
    gap.push_back(2);
    duration.push_back(3);
    floor.push_back(5);
    first.push_back(0);
    count.push_back(0);
    blocking.push_back(0);
    graph.push_back(0);
    stream.push_back(on_stream);
    event.push_back(of_event);
    return kind.size() - 1;
  }

  std::size_t launch(Times durations, std::int32_t on_stream = 0, std::int32_t on_thread = 0) {
    const std::size_t row = item(Kind::kLaunch, on_thread);
    first[row] = static_cast<std::int32_t>(work_stream.size());
    count[row] = static_cast<std::int32_t>(durations.size());
    for (const std::int64_t one : durations) {
      work_stream.push_back(on_stream);
      work_category.push_back(0);
      work_duration.push_back(one);
    }
    return row;
  }

  Playback play_with(std::int64_t queue_depth = 1024, std::int64_t sync_return = 0,
                     const Times& busy = {}) const {
    Parameters parameters{
        .graph_gap = 2, .queue_depth = queue_depth, .sync_return = sync_return, .busy = busy};
    for (auto& previous : parameters.gap) previous.fill(1);
    return play({.thread = thread,
                 .kind = kind,
                 .gap = gap,
                 .anchor = anchor,
                 .duration = duration,
                 .floor = floor,
                 .first = first,
                 .count = count,
                 .blocking = blocking,
                 .graph = graph,
                 .stream = stream,
                 .event = event},
                {.stream = work_stream, .category = work_category, .duration = work_duration},
                parameters);
  }
};

TEST_CASE("timeline: an empty program") {
  const Playback played = Script().play_with();
  CHECK(played.begin.empty());
  CHECK(played.activity_end.empty());
}

TEST_CASE("timeline: a full queue holds the host") {
  Script script;
  for (int i = 0; i < 4; ++i) script.launch({100});
  const Playback played = script.play_with(2);
  CHECK(played.activity_begin == Times{7, 108, 209, 310});
  CHECK(played.begin == Times{2, 7, 12, 17});
  CHECK(played.end == Times{5, 10, 15, 111});
  CHECK(played.pending == std::vector<std::int32_t>{0, 0, 1, 2});
}

TEST_CASE("timeline: a stream that is busy at first holds launches, syncs and events") {
  Script script;
  script.launch({100});
  script.item(Kind::kSync);
  script.launch({10}, 1);
  const Playback played = script.play_with(1024, 0, {50, 0, 900});
  CHECK(played.activity_begin == Times{50, 157});
  CHECK(played.end[1] == 150);
  CHECK_THROWS_AS(script.play_with(1024, 0, {0, -1}), std::invalid_argument);

  Script waits;  // for a stream that nothing is given to
  waits.item(Kind::kSync, 0, kAllStreams);
  CHECK(waits.play_with(1024, 0, {0, 70}).end[0] == 70);
}

TEST_CASE("timeline: threads that share a full queue take places in turn") {
  Script script;
  script.launch({100}, 0, 0);
  script.launch({100}, 0, 1);
  script.launch({100}, 0, 0);
  script.launch({100}, 0, 1);
  const Playback played = script.play_with(1);
  CHECK(played.activity_begin == Times{7, 108, 209, 310});
  // Rows 1 to 3 each wait until the one before has started.
  CHECK(played.begin == Times{2, 2, 7, 12});
  CHECK(played.end == Times{5, 10, 111, 212});
}

TEST_CASE("timeline: syncs, blocking copies, events and graphs") {
  Script script;
  script.launch({20});
  script.graph[script.launch({10, 10})] = 1;
  script.item(Kind::kRecord, 0, 0, 1);
  script.item(Kind::kStreamWait, 0, 1, 1);
  script.blocking[script.launch({5}, 1)] = 1;
  script.item(Kind::kEventSync, 0, 0, 1);
  script.item(Kind::kSync, 0, kAllStreams);
  const Playback played = script.play_with(1024, 6);
  CHECK(played.activity_begin == Times{7, 28, 40, 50});
  CHECK(played.end == Times{5, 10, 15, 20, 61, 66, 71});
}

TEST_CASE("timeline: deadlocks are named") {
  Script script;
  script.anchor[script.item(Kind::kWork, 0)] = 1;
  script.anchor[script.item(Kind::kWork, 1)] = 0;
  CHECK_THROWS_WITH_AS(script.play_with(), "deadlock: item 0 waits for ever for item 1",
                       std::invalid_argument);
}

TEST_CASE("timeline: times that would overflow are refused") {
  Script script;
  script.launch({std::int64_t{1} << 60});
  script.launch({std::int64_t{1} << 60});
  CHECK_THROWS_AS(script.play_with(), std::invalid_argument);
  Script one;
  one.launch({1});
  CHECK_THROWS_AS(one.play_with(1, std::numeric_limits<std::int64_t>::max()),
                  std::invalid_argument);
}

// What is anywhere in the columns, the program plays or is refused, under the sanitizers.
TEST_CASE("timeline: hostile columns") {
  std::mt19937 random(1);
  const auto below = [&random](std::uint32_t n) { return static_cast<std::int32_t>(random() % n); };
  const auto damage = [&](auto& column) {
    using Value = typename std::decay_t<decltype(column)>::value_type;
    if (column.empty()) return;
    constexpr Value kLow = std::numeric_limits<Value>::min();
    constexpr Value kHigh = std::numeric_limits<Value>::max();
    const Value values[] = {kLow, kHigh, Value{0}, Value{1}, static_cast<Value>(-1), Value{7}};
    column[random() % column.size()] = values[random() % 6];
  };
  int played = 0, refused = 0;
  for (int round = 0; round < 3000; ++round) {
    Script script;
    for (int i = below(12); i >= 0; --i) {
      if (below(2) == 0) {
        const std::size_t row =
            script.launch(Times(1 + random() % 3, below(50)), below(3), below(3));
        script.graph[row] = random() % 2;
        script.blocking[row] = random() % 5 == 0;
      } else {
        script.item(static_cast<Kind>(below(6)), below(3), below(3), below(2));
        if (script.kind.back() == static_cast<std::int8_t>(Kind::kLaunch)) script.kind.back() = 0;
      }
      if (below(4) == 0) script.anchor.back() = below(12) - 1;
    }
    if (below(4) != 0) {
      switch (below(15)) {
        case 0:
          damage(script.thread);
          break;
        case 1:
          damage(script.anchor);
          break;
        case 2:
          damage(script.first);
          break;
        case 3:
          damage(script.count);
          break;
        case 4:
          damage(script.stream);
          break;
        case 5:
          damage(script.event);
          break;
        case 6:
          damage(script.kind);
          break;
        case 7:
          damage(script.gap);
          break;
        case 8:
          damage(script.duration);
          break;
        case 9:
          damage(script.floor);
          break;
        case 10:
          damage(script.blocking);
          break;
        case 11:
          damage(script.graph);
          break;
        case 12:
          damage(script.work_stream);
          break;
        case 13:
          damage(script.work_category);
          break;
        default:
          damage(script.work_duration);
          break;
      }
    }
    try {
      script.play_with(1 + below(3), below(9));
      ++played;
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  CHECK(played > 300);
  CHECK(refused > 300);
}

}  // namespace
