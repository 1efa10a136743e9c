#include "chains/candidates.hpp"

#include <cstddef>
#include <queue>
#include <span>
#include <tuple>
#include <utility>

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

// The best candidates so far, never more than a limit.
class Ranking {
 public:
  explicit Ranking(std::uint32_t limit) : limit_(limit) {}

  void offer(const Candidate& candidate) {
    best_.push(candidate);
    if (best_.size() > limit_) best_.pop();
  }

  // The best first.
  std::vector<Candidate> take() && {
    std::vector<Candidate> sorted(best_.size());
    for (std::size_t i = sorted.size(); i-- > 0; best_.pop()) sorted[i] = best_.top();
    return sorted;
  }

 private:
  struct Before {
    bool operator()(const Candidate& a, const Candidate& b) const {
      return std::tuple(-a.removed(), a.length, a.first_item) <
             std::tuple(-b.removed(), b.length, b.first_item);
    }
  };

  std::size_t limit_;
  std::priority_queue<Candidate, std::vector<Candidate>, Before> best_;  // the worst on top
};

// Measures every candidate. Disjoint occurrences are counted by hopping over the occurrences in
// place order, which are kept from an interval to the largest one inside it: of those that leave
// on the way down, each lies in an interval at most half as large, so that all intervals together
// take O(n log n) steps to fill and hardly more to hop over.
class Survey {
 public:
  Survey(const ChainIndex& index, const Criterion& criterion, Ranking& ranking)
      : index_(index),
        criterion_(criterion),
        ranking_(ranking),
        largest_inside_(index.intervals().size(), kNone),
        occurrences_(index.sequence().size()) {}

  void run() {
    const auto intervals = index_.intervals();
    for (std::uint32_t i = 0; i < intervals.size(); ++i) {
      if (intervals[i].parent == kNone) continue;
      std::uint32_t& largest = largest_inside_[intervals[i].parent];
      if (largest == kNone || intervals[i].count() > intervals[largest].count()) largest = i;
    }
    for (std::uint32_t i = 0; i < intervals.size(); ++i) {
      const std::uint32_t parent = intervals[i].parent;
      if (parent == kNone || largest_inside_[parent] != i) descend(i);
    }
    for (std::uint32_t rank = index_.sequence().segments(); rank < index_.suffixes().size();
         ++rank) {
      const Edge leaf = index_.leaf(rank);
      if (is_candidate(leaf)) offer(leaf, index_.suffixes()[rank], 1);
    }
  }

 private:
  // From an interval to the largest one inside it, and so on.
  void descend(std::uint32_t interval) {
    std::uint32_t first = 0, end = 0;  // ranks of the occurrences that are held: none yet
    for (; interval != kNone; interval = largest_inside_[interval]) {
      const Edge edge = index_.edge(interval);
      if (!is_candidate(edge)) continue;
      if (first == end) {
        first = edge.first;
        end = edge.last + 1;
        for (const std::uint32_t place : places(first, end)) occurrences_.insert(place);
      } else {
        release(std::exchange(first, edge.first), edge.first);
        release(edge.last + 1, std::exchange(end, edge.last + 1));
      }
      const std::uint32_t earliest = occurrences_.next(0);
      std::int64_t disjoint = 0;
      for (std::uint32_t place = earliest; place != kNone;
           place = occurrences_.next(place + edge.depth)) {
        ++disjoint;
      }
      offer(edge, earliest, disjoint);
    }
    release(first, end);
  }

  bool is_candidate(const Edge& edge) const {
    return edge.depth >= 2 && edge.above < edge.depth && criterion_.first_length(edge) != kNone &&
           !is_covered(index_, criterion_, edge);
  }

  void offer(const Edge& edge, std::uint32_t earliest, std::int64_t disjoint) {
    ranking_.offer({.first_item = index_.sequence().item(earliest),
                    .length = edge.depth,
                    .occurrences = edge.count(),
                    .disjoint = disjoint,
                    .symbol = edge.symbol});
  }

  void release(std::uint32_t first, std::uint32_t end) {
    for (const std::uint32_t place : places(first, end)) occurrences_.erase(place);
  }

  std::span<const std::uint32_t> places(std::uint32_t first, std::uint32_t end) const {
    return index_.suffixes().subspan(first, end - first);
  }

  const ChainIndex& index_;
  const Criterion& criterion_;
  Ranking& ranking_;
  std::vector<std::uint32_t> largest_inside_;  // by interval
  OrderedBits occurrences_;                    // the places of the ranks that are held
};

}  // namespace

std::vector<Candidate> best_candidates(const ChainIndex& index, const Criterion& criterion,
                                       std::uint32_t limit) {
  Ranking ranking(limit);
  Survey(index, criterion, ranking).run();
  std::vector<Candidate> best = std::move(ranking).take();
  for (Candidate& candidate : best) {
    candidate.first_count = index.frequency(candidate.symbol);
    candidate.eligible_count =
        criterion.eligible_count(candidate.symbol, static_cast<std::uint32_t>(candidate.length));
  }
  return best;
}

}  // namespace skipx::chains
