#include "chains/intervals.hpp"

#include <algorithm>
#include <utility>

#include "chains/suffix_array.hpp"

namespace skipx::chains {

ChainIndex::ChainIndex(Sequence sequence) : sequence_(std::move(sequence)) {
  const auto text = sequence_.text();
  suffixes_ = suffix_array(text, sequence_.alphabet());
  ranks_ = suffix_ranks(suffixes_);
  common_ = common_prefixes(text, suffixes_, ranks_, Sequence::kFirstSymbol);
  first_ranks_.assign(sequence_.alphabet() + 1, 0);
  for (const std::uint32_t symbol : text) ++first_ranks_[symbol + 1];
  for (std::size_t s = 1; s < first_ranks_.size(); ++s) first_ranks_[s] += first_ranks_[s - 1];
  build_intervals();
}

// Abouelhoda, Kurtz, Ohlebusch: Replacing suffix trees with enhanced suffix arrays, 2004. An
// interval closes at the first rank that shares less with its neighbour than the interval does.
void ChainIndex::build_intervals() {
  struct Open {
    std::uint32_t depth, first;
  };
  std::vector<Open> open;
  std::vector<std::uint32_t> orphans;  // closed intervals without a parent, left to right
  leaf_parents_.assign(suffixes_.size(), kNone);

  const auto close = [&](Open interval, std::uint32_t last) {
    const auto id = static_cast<std::uint32_t>(intervals_.size());
    const auto adopt_leaves = [&](std::uint32_t from, std::uint32_t to) {
      std::fill(leaf_parents_.begin() + from, leaf_parents_.begin() + to, id);
    };
    std::uint32_t adopted = last + 1;  // all from here to `last` have a parent
    while (!orphans.empty() && intervals_[orphans.back()].first >= interval.first) {
      Interval& child = intervals_[orphans.back()];
      orphans.pop_back();
      child.parent = id;
      adopt_leaves(child.last + 1, adopted);
      adopted = child.first;
    }
    adopt_leaves(interval.first, adopted);
    orphans.push_back(id);
    intervals_.push_back({interval.first, last, interval.depth, kNone});
  };

  for (std::uint32_t rank = 1; rank < common_.size(); ++rank) {
    std::uint32_t first = rank - 1;
    while (!open.empty() && open.back().depth > common_[rank]) {
      first = open.back().first;
      close(open.back(), rank - 1);
      open.pop_back();
    }
    if (common_[rank] > (open.empty() ? 0 : open.back().depth)) {
      open.push_back({common_[rank], first});
    }
  }
}

Edge ChainIndex::edge(std::uint32_t interval) const {
  const Interval& to = intervals_[interval];
  const std::uint32_t above = to.parent == kNone ? 0 : intervals_[to.parent].depth;
  return {to.first, to.last, above, to.depth, symbol_at(to.first), to.parent};
}

Edge ChainIndex::leaf(std::uint32_t rank) const {
  const std::uint32_t parent = leaf_parents_[rank];
  const std::uint32_t above = parent == kNone ? 0 : intervals_[parent].depth;
  return {rank, rank, above, sequence_.remaining(suffixes_[rank]), symbol_at(rank), parent};
}

}  // namespace skipx::chains
