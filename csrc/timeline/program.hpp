// What the launch-queue model plays, as columns: host items on threads, and the device work that
// they launch. Times are ns from the start of the program; a reference to nothing is -1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace skipx::timeline {

enum class Kind : std::int8_t { kWork, kLaunch, kSync, kRecord, kStreamWait, kEventSync };
constexpr std::int8_t kKinds = 6;

constexpr std::size_t kCategories = 3;  // kernel, copy, set
constexpr std::int32_t kAllStreams = -1;

template <typename T>
using Column = std::span<const T>;

// Each thread's rows are in program order.
struct Items {
  Column<std::int32_t> thread;
  Column<std::int8_t> kind;
  Column<std::int64_t> gap;       // from the anchor's end to the begin
  Column<std::int32_t> anchor;    // a row, or -1: the item before on the thread
  Column<std::int64_t> duration;  // where nothing makes it wait
  Column<std::int64_t> floor;     // from a launch to the earliest begin of what it launches
  Column<std::int32_t> first;     // rows first … first + count of the work are launched
  Column<std::int32_t> count;
  Column<std::uint8_t> blocking;
  Column<std::uint8_t> graph;
  Column<std::int32_t> stream;
  Column<std::int32_t> event;

  std::size_t size() const { return thread.size(); }
};

struct Work {
  Column<std::int32_t> stream;
  Column<std::int8_t> category;
  Column<std::int64_t> duration;

  std::size_t size() const { return stream.size(); }
};

struct Parameters {
  std::array<std::array<std::int64_t, kCategories>, kCategories> gap{};  // [previous][this]
  std::int64_t graph_gap = 0;
  std::int64_t queue_depth = 1;
  std::int64_t sync_return = 0;
  std::vector<std::int64_t> busy{};  // by stream: until when it does what the program does not hold
};

struct Playback {
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
  std::vector<std::int32_t> pending;
  std::vector<std::int64_t> activity_begin;
  std::vector<std::int64_t> activity_end;
};

}  // namespace skipx::timeline
