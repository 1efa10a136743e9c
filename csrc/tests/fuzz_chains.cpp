// The chain miner against its definitions, by brute force. The first byte of an input chooses
// threshold and reading of the proximity score; of the others a space ends a segment.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "chains/candidates.hpp"
#include "chains/criterion.hpp"
#include "chains/lengths.hpp"
#include "chains/sequence.hpp"
#include "chains/tiling.hpp"

namespace {

using namespace skipx::chains;
using Chain = std::span<const std::int32_t>;

constexpr std::size_t kMostItems = 64;

struct Less {
  bool operator()(Chain a, Chain b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  }
};

struct Input {
  double threshold;
  bool eligible;
  std::vector<std::int32_t> symbols;
  std::vector<std::int64_t> offsets{0};

  explicit Input(std::span<const std::uint8_t> bytes) {
    const unsigned choice = bytes.empty() ? 0 : bytes[0];
    // Eighths are exact, so that no comparison hangs on rounding.
    threshold = (8 - (choice >> 1 & 7)) / 8.0;
    eligible = (choice & 1) != 0;
    for (const std::uint8_t byte : bytes.subspan(std::min<std::size_t>(1, bytes.size()))) {
      if (symbols.size() == kMostItems) break;
      if (byte == ' ')
        offsets.push_back(static_cast<std::int64_t>(symbols.size()));
      else
        symbols.push_back(byte);
    }
    offsets.push_back(static_cast<std::int64_t>(symbols.size()));
  }

  std::size_t segments() const { return offsets.size() - 1; }
  Chain segment(std::size_t index) const {
    const auto begin = static_cast<std::size_t>(offsets[index]);
    return Chain(symbols).subspan(begin, static_cast<std::size_t>(offsets[index + 1]) - begin);
  }
};

// The chains of one length and what the definitions say of them.
class Length {
 public:
  Length(const Input& input, std::size_t length) : input_(input), length_(length) {
    for (std::size_t s = 0; s < input.segments(); ++s) {
      const Chain segment = input.segment(s);
      for (std::size_t i = 0; i < segment.size(); ++i) {
        const bool starts = i + length <= segment.size();
        if (starts) ++counts_[segment.subspan(i, length)];
        if (starts || !input.eligible) ++firsts_[segment[i]];
      }
    }
  }

  const std::map<Chain, std::int64_t, Less>& counts() const { return counts_; }

  bool qualifies(Chain chain) const {
    const auto count = static_cast<double>(counts_.at(chain));
    return count / static_cast<double>(firsts_.at(chain.front())) >= input_.threshold;
  }

  // Number of disjoint windows by the leftmost walk, and of different chains among them.
  std::pair<std::int64_t, std::int64_t> fused() const {
    std::int64_t windows = 0;
    std::set<Chain, Less> types;
    for (std::size_t s = 0; s < input_.segments(); ++s) {
      const Chain segment = input_.segment(s);
      for (std::size_t i = 0; i + length_ <= segment.size();) {
        const Chain window = segment.subspan(i, length_);
        const bool fuses = qualifies(window);
        if (fuses) types.insert(window);
        windows += fuses;
        i += fuses ? length_ : 1;
      }
    }
    return {windows, static_cast<std::int64_t>(types.size())};
  }

 private:
  const Input& input_;
  std::size_t length_;
  std::map<Chain, std::int64_t, Less> counts_;
  std::map<std::int32_t, std::int64_t> firsts_;
};

void assert_lengths(const LengthColumns& mined, const std::vector<Length>& lengths) {
  assert(mined.distinct.size() == lengths.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    std::int64_t windows = 0, types = 0, instances = 0;
    for (const auto& [chain, count] : lengths[i].counts()) {
      const bool qualifies = lengths[i].qualifies(chain);
      windows += count;
      types += qualifies;
      instances += qualifies ? count : 0;
    }
    assert(mined.distinct[i] == static_cast<std::int64_t>(lengths[i].counts().size()));
    assert(mined.windows[i] == windows);
    assert(mined.types[i] == types);
    assert(mined.instances[i] == instances);
    assert(std::pair(mined.c_fused[i], mined.c_types[i]) == lengths[i].fused());
  }
}

// Fewest pieces that tile every segment, by the plain dynamic programme.
std::int64_t tile(const Input& input, const std::vector<Length>& lengths) {
  std::int64_t pieces = 0;
  for (std::size_t s = 0; s < input.segments(); ++s) {
    const Chain segment = input.segment(s);
    std::vector<std::int64_t> fewest(segment.size() + 1, 0);
    for (std::size_t i = segment.size(); i-- > 0;) {
      fewest[i] = 1 + fewest[i + 1];
      for (std::size_t length = 2; i + length <= segment.size(); ++length) {
        if (lengths[length - 2].qualifies(segment.subspan(i, length)))
          fewest[i] = std::min(fewest[i], 1 + fewest[i + length]);
      }
    }
    pieces += fewest[0];
  }
  return pieces;
}

void assert_candidates(const std::vector<Candidate>& candidates, const Input& input,
                       const std::vector<Length>& lengths) {
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    assert(candidate.length >= 2);
    const Length& length = lengths.at(static_cast<std::size_t>(candidate.length) - 2);
    const Chain chain = Chain(input.symbols)
                            .subspan(static_cast<std::size_t>(candidate.first_item),
                                     static_cast<std::size_t>(candidate.length));
    assert(length.qualifies(chain));
    assert(candidate.occurrences == length.counts().at(chain));
    assert(0 < candidate.disjoint && candidate.disjoint <= candidate.occurrences);
    assert(i == 0 || candidates[i - 1].removed() >= candidate.removed());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input({data, size});
  const ChainIndex index(Sequence(input.symbols, input.offsets, {}));
  const Criterion criterion(index, input.threshold, input.eligible);

  std::vector<Length> lengths;
  for (std::size_t length = 2; length <= index.sequence().longest(); ++length)
    lengths.emplace_back(input, length);
  assert_lengths(mine_lengths(index, criterion), lengths);
  assert(fewest_pieces(index, criterion) == tile(input, lengths));
  assert_candidates(best_candidates(index, criterion, 16), input, lengths);
  return 0;
}
