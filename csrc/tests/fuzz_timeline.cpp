// Any columns: they are refused, or they play and keep the order of threads and streams.
//
// The first byte is the number of items, 12 bytes each, and what is left is work, 3 bytes each.
// Bytes from 250 on are the extremes of their column's type.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <stdexcept>
#include <vector>

#include "timeline/player.hpp"
#include "timeline/program.hpp"

namespace {

using skipx::timeline::Items;
using skipx::timeline::Kind;
using skipx::timeline::Parameters;
using skipx::timeline::play;
using skipx::timeline::Playback;
using skipx::timeline::Work;

template <typename T>
T value(std::uint8_t byte) {
  constexpr T kExtremes[] = {std::numeric_limits<T>::min(),
                             std::numeric_limits<T>::max(),
                             static_cast<T>(-1),
                             static_cast<T>(std::numeric_limits<T>::max() / 2),
                             static_cast<T>(-2),
                             0};
  return byte < 250 ? static_cast<T>(byte) : kExtremes[byte - 250];
}

// Column `at` of rows of `width` bytes.
template <typename T>
std::vector<T> column(std::span<const std::uint8_t> rows, std::size_t width, std::size_t at) {
  std::vector<T> values;
  for (std::size_t row = 0; row + width <= rows.size(); row += width)
    values.push_back(value<T>(rows[row + at]));
  return values;
}

void check_order(const Items& items, const Work& work, const Playback& played) {
  std::map<std::int32_t, std::int64_t> free;
  for (std::size_t row = 0; row < items.size(); ++row) {
    assert(played.begin[row] >= free[items.thread[row]]);
    assert(played.end[row] >= played.begin[row] + items.duration[row]);
    if (items.anchor[row] >= 0)
      assert(played.begin[row] >=
             played.end[static_cast<std::size_t>(items.anchor[row])] + items.gap[row]);
    free[items.thread[row]] = played.end[row];
    if (static_cast<Kind>(items.kind[row]) != Kind::kLaunch) continue;
    const auto first = static_cast<std::size_t>(items.first[row]);
    assert(played.activity_begin[first] >= played.begin[row]);
  }
  std::map<std::int32_t, std::vector<std::pair<std::int64_t, std::int64_t>>> streams;
  for (std::size_t row = 0; row < work.size(); ++row)
    streams[work.stream[row]].emplace_back(played.activity_begin[row], played.activity_end[row]);
  for (auto& [stream, activities] : streams) {
    std::sort(activities.begin(), activities.end());
    for (std::size_t i = 1; i < activities.size(); ++i)
      assert(activities[i].first >= activities[i - 1].second);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::span<const std::uint8_t> input(data, size);
  Parameters parameters{.graph_gap = value<std::int64_t>(input[1]),
                        .queue_depth = value<std::int64_t>(input[2]),
                        .sync_return = value<std::int64_t>(input[3]),
                        .busy = {value<std::int64_t>(input[3])}};
  for (auto& previous : parameters.gap) previous.fill(input[3] % 4);
  const auto rest = input.subspan(4);
  const auto split = std::min<std::size_t>(12 * std::size_t{input[0]}, rest.size());
  const auto item_rows = rest.first(split), work_rows = rest.subspan(split);
  const auto thread = column<std::int32_t>(item_rows, 12, 0);
  const auto kind = column<std::int8_t>(item_rows, 12, 1);
  const auto gap = column<std::int64_t>(item_rows, 12, 2);
  auto anchor = column<std::int32_t>(item_rows, 12, 3);
  for (std::int32_t& row : anchor)
    if (row >= 0 && row < 250) --row;  // 0 is none
  const auto duration = column<std::int64_t>(item_rows, 12, 4);
  const auto floor = column<std::int64_t>(item_rows, 12, 5);
  const auto first = column<std::int32_t>(item_rows, 12, 6);
  const auto count = column<std::int32_t>(item_rows, 12, 7);
  const auto blocking = column<std::uint8_t>(item_rows, 12, 8);
  const auto graph = column<std::uint8_t>(item_rows, 12, 9);
  const auto stream = column<std::int32_t>(item_rows, 12, 10);
  const auto event = column<std::int32_t>(item_rows, 12, 11);
  const auto work_stream = column<std::int32_t>(work_rows, 3, 0);
  const auto work_category = column<std::int8_t>(work_rows, 3, 1);
  const auto work_duration = column<std::int64_t>(work_rows, 3, 2);
  const Items items{thread, kind,  gap,      anchor, duration, floor,
                    first,  count, blocking, graph,  stream,   event};
  const Work work{work_stream, work_category, work_duration};
  try {
    check_order(items, work, play(items, work, parameters));
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
