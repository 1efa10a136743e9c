// Every class of equal chains of a sequence, in linear space.
//
// All chains that start alike lie together in suffix order. An interval is a run of at least two
// suffixes that have `depth` items in common and no more; a suffix alone is a leaf. Going from
// the enclosing interval to an interval or leaf, chains of the lengths in between share their
// occurrences: that edge stands for all of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chains/sequence.hpp"

namespace skipx::chains {

constexpr std::uint32_t kNone = UINT32_MAX;

struct Interval {
  std::uint32_t first, last;  // ranks, both inside
  std::uint32_t depth;
  std::uint32_t parent;  // a later interval, or kNone

  std::uint32_t count() const { return last - first + 1; }
};

// The chains of the lengths above … depth (the first excluded) whose occurrences are the
// suffixes of ranks first … last.
struct Edge {
  std::uint32_t first, last;
  std::uint32_t above, depth;
  std::uint32_t symbol;  // the chains' first item
  std::uint32_t parent;  // the interval that the edge comes from, or kNone

  std::uint32_t count() const { return last - first + 1; }
};

class ChainIndex {
 public:
  explicit ChainIndex(Sequence sequence);

  const Sequence& sequence() const { return sequence_; }
  std::span<const std::uint32_t> suffixes() const { return suffixes_; }
  std::span<const std::uint32_t> ranks() const { return ranks_; }
  // Of the suffixes of ranks r-1 and r; one more than there are suffixes.
  std::span<const std::uint32_t> common() const { return common_; }
  std::span<const Interval> intervals() const { return intervals_; }

  std::uint32_t symbol_at(std::uint32_t rank) const { return sequence_.text()[suffixes_[rank]]; }
  // The ranks of the suffixes that start with `symbol`: first_rank(symbol) … first_rank(symbol+1).
  std::uint32_t first_rank(std::uint32_t symbol) const { return first_ranks_[symbol]; }
  std::uint32_t frequency(std::uint32_t symbol) const {
    return first_ranks_[symbol + 1] - first_ranks_[symbol];
  }

  // The edge down to an interval, and down to the leaf of a rank. A leaf's edge has no chains,
  // above = depth, where the suffix also begins a longer one.
  Edge edge(std::uint32_t interval) const;
  Edge leaf(std::uint32_t rank) const;

  // Calls visit(edge) for every edge that has chains.
  template <typename Visit>
  void for_each_edge(Visit visit) const {
    for (std::uint32_t i = 0; i < intervals_.size(); ++i) visit(edge(i));
    for (std::uint32_t rank = sequence_.segments(); rank < suffixes_.size(); ++rank) {
      const Edge down = leaf(rank);
      if (down.above < down.depth) visit(down);
    }
  }

 private:
  void build_intervals();

  Sequence sequence_;
  std::vector<std::uint32_t> suffixes_, ranks_, common_;
  std::vector<std::uint32_t> first_ranks_;  // by symbol
  std::vector<Interval> intervals_;         // the inner before the outer
  std::vector<std::uint32_t> leaf_parents_;
};

}  // namespace skipx::chains
