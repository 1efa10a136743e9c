// Which chains have a proximity score of at least a threshold.
#pragma once

#include <cstdint>
#include <vector>

#include "chains/intervals.hpp"

namespace skipx::chains {

// PS(C) = f(C) / f(first item): strict, every occurrence of the first item counts (eq. 6 of the
// SKIP paper, arXiv 2504.11750); eligible, only those with at least L-1 successors.
class Criterion {
 public:
  // 0 < threshold <= 1, else std::invalid_argument. The index must outlive the criterion.
  Criterion(const ChainIndex& index, double threshold, bool eligible);

  // The smallest length from which chains that start with `symbol` and occur `count` times have
  // PS >= threshold; it stays so for every greater length of the same count. kNone: never.
  std::uint32_t first_length(std::uint32_t symbol, std::uint32_t count) const;

  // The smallest length of an edge's chains from which they qualify, or kNone.
  std::uint32_t first_length(const Edge& edge) const {
    const std::uint32_t from = first_length(edge.symbol, edge.count());
    if (from > edge.depth) return kNone;  // kNone itself is greater than any depth
    return from > edge.above ? from : edge.above + 1;
  }

  // Whether the longest chains of the edge's parent qualify; single items always do.
  bool parent_qualifies(const Edge& edge) const {
    if (edge.parent == kNone) return true;
    const Interval& parent = index_.intervals()[edge.parent];
    return first_length(edge.symbol, parent.count()) <= parent.depth;
  }

  // How many occurrences of `symbol` have at least length-1 successors.
  std::uint32_t eligible_count(std::uint32_t symbol, std::uint32_t length) const;

 private:
  const ChainIndex& index_;
  double threshold_;
  bool eligible_;
  // By rank, within each symbol's ranks: items left at its occurrences, the most first.
  std::vector<std::uint32_t> remaining_;
};

}  // namespace skipx::chains
