#include "timeline/player.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "timeline/check.hpp"
#include "timeline/stream.hpp"

namespace skipx::timeline {
namespace {

constexpr std::int64_t kUnknown = -1;
constexpr std::int32_t kNone = -1;

std::size_t bound(Column<std::int32_t> values) {
  return values.empty() ? 0 : static_cast<std::size_t>(std::ranges::max(values)) + 1;
}

class Player {
 public:
  Player(const Items& items, const Work& work, const Parameters& parameters)
      : items_(items),
        work_(work),
        parameters_(parameters),
        streams_(std::max({bound(items.stream), bound(work.stream), parameters.busy.size()})),
        events_(bound(items.event), kUnknown),
        first_waiter_(items.size(), kNone),
        next_waiter_(items.size(), kNone),
        next_of_thread_(items.size(), kNone),
        previous_of_thread_(items.size(), kNone) {
    playback_.begin.resize(items.size(), kUnknown);
    playback_.end.resize(items.size(), kUnknown);
    playback_.pending.resize(items.size());
    playback_.activity_begin.resize(work.size());
    playback_.activity_end.resize(work.size());
    for (std::size_t at = 0; at < parameters.busy.size(); ++at) {
      if (parameters.busy[at] == 0) continue;
      streams_[at].wait_for(parameters.busy[at]);
      done_ = std::max(done_, parameters.busy[at]);
    }
  }

  Playback play() {
    start_threads();
    while (!turns_.empty()) {
      const auto [time, row] = turns_.top();
      turns_.pop();
      take(static_cast<std::size_t>(row), time);
    }
    if (played_ < items_.size()) refuse_deadlock();
    return std::move(playback_);
  }

 private:
  using Turn = std::pair<std::int64_t, std::int32_t>;  // time, row: equal times go by row

  void start_threads() {
    std::vector<std::int32_t> last(bound(items_.thread), kNone);
    std::vector<std::int32_t> firsts;
    for (std::size_t row = 0; row < items_.size(); ++row) {
      std::int32_t& previous = last[static_cast<std::size_t>(items_.thread[row])];
      const auto here = static_cast<std::int32_t>(row);
      if (previous == kNone) {
        firsts.push_back(here);
      } else {
        next_of_thread_[static_cast<std::size_t>(previous)] = here;
        previous_of_thread_[row] = previous;
      }
      previous = here;
    }
    for (const std::int32_t row : firsts) arrive(row);
  }

  // The item before on the thread has ended: the next one's turn comes, or it waits for its anchor.
  void arrive(std::int32_t at) {
    const auto row = static_cast<std::size_t>(at);
    const std::int32_t anchor = items_.anchor[row];
    if (anchor != kNone && playback_.end[static_cast<std::size_t>(anchor)] == kUnknown) {
      next_waiter_[row] = first_waiter_[static_cast<std::size_t>(anchor)];
      first_waiter_[static_cast<std::size_t>(anchor)] = at;
      return;
    }
    const std::int64_t free = end_of(previous_of_thread_[row]);
    const std::int64_t from = anchor == kNone ? free : end_of(anchor);
    playback_.begin[row] = std::max(free, from + items_.gap[row]);
    turns_.emplace(playback_.begin[row], at);
  }

  std::int64_t end_of(std::int32_t row) const {
    return row == kNone ? 0 : playback_.end[static_cast<std::size_t>(row)];
  }

  void take(std::size_t row, std::int64_t time) {
    std::int64_t end = time + items_.duration[row];
    switch (static_cast<Kind>(items_.kind[row])) {
      case Kind::kWork:
        break;
      case Kind::kLaunch: {
        const std::int64_t place = place_at(row, time);
        if (place > time) {
          turns_.emplace(place, static_cast<std::int32_t>(row));
          return;
        }
        const std::int64_t done = launch(row, time);
        if (items_.blocking[row] != 0) end = std::max(end, done + parameters_.sync_return);
        break;
      }
      case Kind::kSync:
        end = returned(end, items_.stream[row] == kAllStreams ? done_ : stream(row).done());
        break;
      case Kind::kRecord:
        event(row) = std::max(time, stream(row).done());
        done_ = std::max(done_, event(row));
        break;
      case Kind::kStreamWait:
        stream(row).wait_for(event(row));
        break;
      case Kind::kEventSync:
        end = returned(end, event(row));
        break;
    }
    finish(row, end);
  }

  std::int64_t returned(std::int64_t end, std::int64_t awaited) const {
    return awaited == kUnknown ? end : std::max(end, awaited + parameters_.sync_return);
  }

  // When the launch has a place in its queue: at `time`, or once enough before it have started.
  std::int64_t place_at(std::size_t row, std::int64_t time) {
    Stream& queue = stream_of(static_cast<std::size_t>(items_.first[row]));
    const std::int64_t pending = queue.pending(time);
    if (time == playback_.begin[row]) playback_.pending[row] = static_cast<std::int32_t>(pending);
    const std::int64_t depth = parameters_.queue_depth;
    return pending < depth ? time : queue.place_free(depth);
  }

  // Gives the launch's activities to their streams; returns when the last of them ends.
  std::int64_t launch(std::size_t row, std::int64_t time) {
    const auto first = static_cast<std::size_t>(items_.first[row]);
    const auto count = static_cast<std::size_t>(items_.count[row]);
    const auto launcher = static_cast<std::int64_t>(row);
    std::int64_t done = 0;
    for (std::size_t at = first; at < first + count; ++at) {
      Stream& stream = stream_of(at);
      const std::int8_t category = work_.category[at];
      const std::int64_t duration = work_.duration[at];
      const bool follows = items_.graph[row] != 0 && stream.launcher == launcher;
      const std::int64_t begin =
          follows ? stream.push_node(category, duration, parameters_.graph_gap)
                  : stream.push(time + items_.floor[row], category, duration, parameters_);
      stream.launcher = launcher;
      if (at == first) stream.queue(begin);
      playback_.activity_begin[at] = begin;
      playback_.activity_end[at] = begin + duration;
      done = std::max(done, begin + duration);
    }
    done_ = std::max(done_, done);
    return done;
  }

  void finish(std::size_t row, std::int64_t end) {
    playback_.end[row] = end;
    ++played_;
    for (std::int32_t waiter = first_waiter_[row]; waiter != kNone;) {
      const std::int32_t next = next_waiter_[static_cast<std::size_t>(waiter)];
      arrive(waiter);
      waiter = next;
    }
    if (next_of_thread_[row] != kNone) arrive(next_of_thread_[row]);
  }

  [[noreturn]] void refuse_deadlock() const {
    // The first item of a thread that waits: its thread's item before has ended.
    std::size_t row = 0;
    while (playback_.end[row] != kUnknown ||
           (previous_of_thread_[row] != kNone && end_of(previous_of_thread_[row]) == kUnknown)) {
      ++row;
    }
    throw std::invalid_argument("deadlock: item " + std::to_string(row) +
                                " waits for ever for item " + std::to_string(items_.anchor[row]));
  }

  Stream& stream(std::size_t row) { return streams_[static_cast<std::size_t>(items_.stream[row])]; }
  Stream& stream_of(std::size_t activity) {
    return streams_[static_cast<std::size_t>(work_.stream[activity])];
  }
  std::int64_t& event(std::size_t row) {
    return events_[static_cast<std::size_t>(items_.event[row])];
  }

  const Items& items_;
  const Work& work_;
  const Parameters& parameters_;
  std::vector<Stream> streams_;
  std::vector<std::int64_t> events_;        // when each was last recorded
  std::int64_t done_ = kUnknown;            // when everything given to any stream has ended
  std::vector<std::int32_t> first_waiter_;  // by anchor
  std::vector<std::int32_t> next_waiter_;   // by waiter
  std::vector<std::int32_t> next_of_thread_;
  std::vector<std::int32_t> previous_of_thread_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
  std::size_t played_ = 0;
  Playback playback_;
};

}  // namespace

Playback play(const Items& items, const Work& work, const Parameters& parameters) {
  check(items, work, parameters);
  return Player(items, work, parameters).play();
}

}  // namespace skipx::timeline
