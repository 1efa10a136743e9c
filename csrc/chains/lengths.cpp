#include "chains/lengths.hpp"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "chains/ordered_bits.hpp"

namespace skipx::chains {
namespace {

// Things in the order of a length that each has: bucket(L) are those of length L.
template <typename T>
class ByLength {
 public:
  // for_each(visit) calls visit(length, thing) for each thing, the same both times it is called.
  template <typename ForEach>
  ByLength(std::uint32_t longest, ForEach for_each) : starts_(std::size_t{longest} + 3) {
    for_each([this](std::uint32_t length, const T&) { ++starts_[length + 2]; });
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    things_.resize(starts_.back());
    for_each(
        [this](std::uint32_t length, const T& thing) { things_[starts_[length + 1]++] = thing; });
  }

  std::span<const T> bucket(std::uint32_t length) const {
    return std::span(things_).subspan(starts_[length], starts_[length + 1] - starts_[length]);
  }

 private:
  std::vector<std::uint32_t> starts_;
  std::vector<T> things_;
};

// The chains of the suffixes of these ranks begin or cease to qualify.
struct Turn {
  std::uint32_t first, last;
  bool qualifies;
};

// Calls visit(length, turn) wherever going down an edge changes whether chains qualify. Where a
// segment ends is no turn.
template <typename Visit>
void for_each_turn(const ChainIndex& index, const Criterion& criterion, Visit visit) {
  index.for_each_edge([&](const Edge& edge) {
    const std::uint32_t from = criterion.first_length(edge);
    const std::uint32_t top = edge.above + 1;
    const bool before = criterion.parent_qualifies(edge);
    if (before && from != top) visit(top, Turn{edge.first, edge.last, false});
    if (from != kNone && !(before && from == top)) visit(from, Turn{edge.first, edge.last, true});
  });
}

// Sums of values that hold over ranges of lengths: differences first, then totals.
class RangeSums {
 public:
  explicit RangeSums(std::uint32_t longest) : values_(std::size_t{longest} + 2) {}

  void add(std::uint32_t from, std::uint32_t to, std::int64_t value) {
    values_[from] += value;
    values_[to + 1] -= value;
  }

  // The totals of the lengths 2 … longest.
  std::vector<std::int64_t> totals() && {
    for (std::size_t i = 1; i < values_.size(); ++i) values_[i] += values_[i - 1];
    values_.pop_back();
    values_.erase(values_.begin(), values_.begin() + std::min<std::ptrdiff_t>(2, size()));
    return std::move(values_);
  }

 private:
  std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(values_.size()); }

  std::vector<std::int64_t> values_;
};

void count_chains(const ChainIndex& index, const Criterion& criterion, LengthColumns& columns) {
  const Sequence& sequence = index.sequence();
  const std::uint32_t longest = sequence.longest();
  RangeSums distinct(longest), windows(longest), types(longest), instances(longest);
  index.for_each_edge([&](const Edge& edge) {
    distinct.add(edge.above + 1, edge.depth, 1);
    const std::uint32_t from = criterion.first_length(edge);
    if (from == kNone) return;
    types.add(from, edge.depth, 1);
    instances.add(from, edge.depth, edge.count());
  });
  for (std::uint32_t place = 0; place < sequence.size(); ++place) {
    const std::uint32_t remaining = sequence.remaining(place);
    if (remaining > 0) windows.add(1, remaining, 1);
  }
  columns.distinct = std::move(distinct).totals();
  columns.windows = std::move(windows).totals();
  columns.types = std::move(types).totals();
  columns.instances = std::move(instances).totals();
}

struct Segment {
  std::uint32_t length, end;
};

std::vector<Segment> segments_longest_first(const Sequence& sequence) {
  std::vector<Segment> segments;
  for (std::uint32_t s = 0; s < sequence.segments(); ++s) {
    segments.push_back({sequence.end(s) - sequence.begin(s), sequence.end(s)});
  }
  std::ranges::sort(segments, std::greater<>{}, &Segment::length);
  return segments;
}

// For each length a walk from left to right takes every chain that qualifies and does not
// overlap the one before it: at most n / L steps for length L, n ln n for all.
class Walks {
 public:
  Walks(const ChainIndex& index, const Criterion& criterion)
      : index_(index),
        sequence_(index.sequence()),
        alive_(sequence_.size(), true),
        class_starts_(sequence_.size()),
        last_use_(sequence_.size()),
        turns_(sequence_.longest(), [&](auto visit) { for_each_turn(index, criterion, visit); }),
        splits_(sequence_.longest(),
                [&](auto visit) {
                  for (std::uint32_t rank = 0; rank < sequence_.size(); ++rank) {
                    visit(index.common()[rank], rank);
                  }
                }),
        reaching_(segments_longest_first(sequence_)) {}

  void run(LengthColumns& columns) {
    for (std::uint32_t length = 1; length <= sequence_.longest(); ++length) {
      advance_to(length);
      if (length > 1) walk(length, columns);
    }
  }

 private:
  // Afterwards alive_ are the places where a chain of `length` begins that qualifies, and
  // class_starts_ the first ranks of the classes of equal chains of that length.
  void advance_to(std::uint32_t length) {
    for (const Turn& turn : turns_.bucket(length)) {
      for (std::uint32_t rank = turn.first; rank <= turn.last; ++rank) {
        const std::uint32_t place = index_.suffixes()[rank];
        turn.qualifies ? alive_.insert(place) : alive_.erase(place);
      }
    }
    for (const std::uint32_t rank : splits_.bucket(length - 1)) class_starts_.insert(rank);
    while (!reaching_.empty() && reaching_.back().length < length - 1) reaching_.pop_back();
    for (const Segment& segment : reaching_) alive_.erase(segment.end - (length - 1));
  }

  void walk(std::uint32_t length, LengthColumns& columns) {
    std::int64_t fused = 0, types = 0;
    for (std::uint32_t place = alive_.next(0); place != kNone;
         place = alive_.next(place + length)) {
      ++fused;
      const std::uint32_t chain = class_starts_.previous(index_.ranks()[place]);
      const std::uint64_t use = std::uint64_t{length} << 32 | sequence_.group(place);
      if (last_use_[chain] != use) ++types;
      last_use_[chain] = use;
    }
    columns.c_fused.push_back(fused);
    columns.c_types.push_back(types);
  }

  const ChainIndex& index_;
  const Sequence& sequence_;
  OrderedBits alive_;
  OrderedBits class_starts_;
  std::vector<std::uint64_t> last_use_;  // by class: the length and group of its last use
  ByLength<Turn> turns_;
  ByLength<std::uint32_t> splits_;  // ranks that share `length` items with the rank before
  std::vector<Segment> reaching_;   // longest first: those a chain one shorter fits into
};

}  // namespace

LengthColumns mine_lengths(const ChainIndex& index, const Criterion& criterion) {
  LengthColumns columns;
  count_chains(index, criterion, columns);
  Walks(index, criterion).run(columns);
  return columns;
}

}  // namespace skipx::chains
