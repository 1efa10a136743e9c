// The chains most worth fusing.
#pragma once

#include <cstdint>
#include <vector>

#include "chains/criterion.hpp"
#include "chains/intervals.hpp"

namespace skipx::chains {

struct Candidate {
  std::int64_t first_item;  // index of the first occurrence's first symbol
  std::int64_t length;
  std::int64_t occurrences;         // overlapping ones too
  std::int64_t disjoint;            // the most that do not overlap
  std::uint32_t symbol;             // its first, as the index numbers them
  std::int64_t first_count = 0;     // occurrences of its first symbol
  std::int64_t eligible_count = 0;  // of those, the ones with at least length-1 successors

  std::int64_t removed() const { return disjoint * (length - 1); }
};

// The `limit` qualifying chains of at least two items that remove the most launches,
// disjoint * (L - 1), best first; then the shorter, then the earlier. Of chains with the same
// occurrences, extended to the right or to the left, only the longest that qualifies is there.
// O(n) memory.
std::vector<Candidate> best_candidates(const ChainIndex& index, const Criterion& criterion,
                                       std::uint32_t limit);

}  // namespace skipx::chains
