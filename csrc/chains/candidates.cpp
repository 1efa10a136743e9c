#include "chains/candidates.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

#include "chains/ordered_bits.hpp"

namespace skipx::chains {
namespace {

// Whether every occurrence of the edge's longest chain lies at the end of one of a longer chain,
// with as many occurrences, that qualifies. All calls together take O(n) steps: each stops where
// the call for the longer chain starts.
bool is_covered(const ChainIndex& index, const Criterion& criterion, const Edge& edge) {
  const auto text = index.sequence().text();
  const auto suffixes = index.suffixes();
  const auto ranks = index.ranks();
  std::uint32_t first = suffixes[edge.first];
  std::uint32_t last = suffixes[edge.last];
  for (std::uint32_t length = edge.depth + 1;; ++length) {
    if (first == 0 || last == 0) return false;
    const std::uint32_t symbol = text[--first];
    if (symbol < Sequence::kFirstSymbol || text[--last] != symbol) return false;
    // Suffixes keep their order when all get the same symbol in front; so if none came in
    // between the outer two, all of them did.
    if (ranks[last] - ranks[first] != edge.last - edge.first) return false;
    if (criterion.first_length(symbol, edge.count()) <= length) return true;
  }
}

class Ranking {
 public:
  Ranking(const ChainIndex& index, const Criterion& criterion)
      : index_(index), criterion_(criterion), occurrences_(index.sequence().size()) {}

  std::vector<Candidate> best(std::uint32_t limit) {
    index_.for_each_edge([&](const Edge& edge) {
      if (edge.depth < 2) return;
      if (criterion_.first_length(edge) == kNone) return;
      if (is_covered(index_, criterion_, edge)) return;
      const std::uint32_t fit = index_.sequence().items() / edge.depth;
      queue_.push({std::int64_t{std::min(edge.count(), fit)} * (edge.depth - 1), false, edge.depth,
                   0, edge.first, edge.last});
    });
    std::vector<Candidate> found;
    while (found.size() < limit && !queue_.empty()) {
      const Entry top = queue_.top();
      queue_.pop();
      const Candidate candidate = measure(top);
      if (top.exact) {
        found.push_back(candidate);
      } else {
        queue_.push({candidate.removed(), true, top.length,
                     static_cast<std::uint32_t>(candidate.first_item), top.first, top.last});
      }
    }
    return found;
  }

 private:
  // Bounds from above come before exact values, so that a value that leaves the queue first is
  // the best of all.
  struct Entry {
    std::int64_t removed;
    bool exact;
    std::uint32_t length;
    std::uint32_t first_item;
    std::uint32_t first, last;  // ranks

    bool operator<(const Entry& other) const {
      return std::tie(removed, other.exact, other.length, other.first_item) <
             std::tie(other.removed, exact, length, first_item);
    }
  };

  Candidate measure(const Entry& entry) {
    const auto places = index_.suffixes().subspan(entry.first, entry.last - entry.first + 1);
    const std::uint32_t symbol = index_.symbol_at(entry.first);
    for (const std::uint32_t place : places) occurrences_.insert(place);
    const std::uint32_t first_place = occurrences_.next(0);
    std::int64_t disjoint = 0;
    for (std::uint32_t place = first_place; place != kNone;
         place = occurrences_.next(place + entry.length)) {
      ++disjoint;
    }
    for (const std::uint32_t place : places) occurrences_.erase(place);
    return {index_.sequence().item(first_place),
            entry.length,
            std::int64_t{entry.last} - entry.first + 1,
            disjoint,
            index_.frequency(symbol),
            criterion_.eligible_count(symbol, entry.length)};
  }

  const ChainIndex& index_;
  const Criterion& criterion_;
  OrderedBits occurrences_;  // of the chain being measured; empty otherwise
  std::priority_queue<Entry> queue_;
};

}  // namespace

std::vector<Candidate> best_candidates(const ChainIndex& index, const Criterion& criterion,
                                       std::uint32_t limit) {
  return Ranking(index, criterion).best(limit);
}

}  // namespace skipx::chains
