#include "chains/tiling.hpp"

#include <utility>
#include <vector>

#include "chains/ordered_bits.hpp"

namespace skipx::chains {
namespace {

// The lengths at which the chains of one place qualify, as ranges from the longest down. A strict
// score only falls as a chain grows: one range. An eligible one may rise again.
class QualifyingLengths {
 public:
  QualifyingLengths(const ChainIndex& index, const Criterion& criterion)
      : index_(index), criterion_(criterion), runs_(index.intervals().size()) {
    for (auto i = static_cast<std::uint32_t>(runs_.size()); i-- > 0;) {  // the outer first
      runs_[i] = run_of(index_.edge(i));
    }
  }

  // Calls visit(shortest, longest) for each range of the chains that begin at `place`.
  template <typename Visit>
  void for_each_range(std::uint32_t place, Visit visit) const {
    const Edge leaf = index_.leaf(index_.ranks()[place]);
    std::uint32_t depth = leaf.depth;
    // A leaf without chains of its own is its parent.
    Run run = leaf.above < leaf.depth ? run_of(leaf) : runs_[leaf.parent];
    while (true) {
      if (run.shortest <= depth) visit(run.shortest, depth);
      if (run.next == kNone) return;
      depth = index_.intervals()[run.next].depth;
      run = runs_[run.next];
    }
  }

 private:
  // The range that ends at the longest chain of an edge, which may begin on an edge above.
  struct Run {
    std::uint32_t shortest;  // kNone: the longest does not qualify
    std::uint32_t next;      // the nearest interval above the range whose longest chain does
  };

  Run run_of(const Edge& edge) const {
    const std::uint32_t from = criterion_.first_length(edge);
    const bool root = edge.parent == kNone;
    const bool joined = criterion_.parent_qualifies(edge);
    if (from == edge.above + 1 && joined) return root ? Run{1, kNone} : runs_[edge.parent];
    if (root) return {from, kNone};
    return {from, joined ? edge.parent : runs_[edge.parent].next};
  }

  const ChainIndex& index_;
  const Criterion& criterion_;
  std::vector<Run> runs_;  // by interval
};

}  // namespace

std::int64_t fewest_pieces(const ChainIndex& index, const Criterion& criterion) {
  const Sequence& sequence = index.sequence();
  const QualifyingLengths lengths(index, criterion);
  OrderedBits unreached(sequence.size(), true);
  std::vector<std::uint32_t> frontier, reached;  // places that this many pieces end at
  std::int64_t pieces = 0;
  for (std::uint32_t segment = 0; segment < sequence.segments(); ++segment) {
    const std::uint32_t end = sequence.end(segment);
    frontier.assign(1, sequence.begin(segment));
    for (bool done = frontier.front() == end; !done; ++pieces) {
      reached.clear();
      for (const std::uint32_t place : frontier) {
        lengths.for_each_range(place, [&](std::uint32_t shortest, std::uint32_t longest) {
          const std::uint32_t last = place + longest;
          for (std::uint32_t to = unreached.next(place + shortest); to <= last;
               to = unreached.next(to)) {
            unreached.erase(to);
            reached.push_back(to);
            done |= to == end;
          }
        });
      }
      std::swap(frontier, reached);
    }
  }
  return pieces;
}

}  // namespace skipx::chains
