// An in-order queue of a device: what it was given, until when it is busy, who waits for a place.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "timeline/program.hpp"

namespace skipx::timeline {

class Stream {
 public:
  static constexpr std::int64_t kNever = -1;

  // When everything that it was given before has ended; kNever where that is nothing.
  std::int64_t done() const { return std::max(end_, barrier_); }

  // What comes after waits for `time`.
  void wait_for(std::int64_t time) { barrier_ = std::max(barrier_, time); }

  // Launches that have not started at `time`, which never goes back.
  std::int64_t pending(std::int64_t time) {
    while (started_ < starts_.size() && starts_[started_] <= time) ++started_;
    return static_cast<std::int64_t>(starts_.size() - started_);
  }

  // When one of `depth` pending launches starts and leaves its place.
  std::int64_t place_free(std::int64_t depth) const {
    return starts_[starts_.size() - static_cast<std::size_t>(depth)];
  }

  // Gives an activity that cannot begin before `earliest`; returns its begin.
  std::int64_t push(std::int64_t earliest, std::int8_t category, std::int64_t duration,
                    const Parameters& parameters) {
    std::int64_t begin = std::max(earliest, barrier_);
    if (end_ != kNever) {
      begin = std::max(begin, end_ + parameters.gap[static_cast<std::size_t>(category_)]
                                                   [static_cast<std::size_t>(category)]);
    }
    return occupy(begin, category, duration);
  }

  // Gives a graph's next node; returns its begin.
  std::int64_t push_node(std::int8_t category, std::int64_t duration, std::int64_t graph_gap) {
    return occupy(end_ + graph_gap, category, duration);
  }

  // The launch that begins with this activity takes a place in the queue.
  void queue(std::int64_t begin) { starts_.push_back(begin); }

  std::int64_t end() const { return end_; }

  // The item that gave the last activity.
  std::int64_t launcher = -1;

 private:
  std::int64_t occupy(std::int64_t begin, std::int8_t category, std::int64_t duration) {
    end_ = begin + duration;
    category_ = category;
    return begin;
  }

  std::vector<std::int64_t> starts_;  // of the launches, never decreasing
  std::size_t started_ = 0;
  std::int64_t end_ = kNever;
  std::int64_t barrier_ = kNever;
  std::int8_t category_ = 0;
};

}  // namespace skipx::timeline
