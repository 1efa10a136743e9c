#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "chains/candidates.hpp"
#include "chains/criterion.hpp"
#include "chains/intervals.hpp"
#include "chains/lengths.hpp"
#include "chains/sequence.hpp"
#include "chains/tiling.hpp"

namespace {

using skipx::chains::best_candidates;
using skipx::chains::Candidate;
using skipx::chains::ChainIndex;
using skipx::chains::Criterion;
using skipx::chains::Edge;
using skipx::chains::LengthColumns;
using skipx::chains::mine_lengths;
using skipx::chains::Sequence;
using Counts = std::vector<std::int64_t>;

// One letter an item, segments apart by bars.
ChainIndex index_of(std::string_view text, const std::vector<std::int32_t>& groups = {}) {
  std::vector<std::int32_t> symbols;
  std::vector<std::int64_t> offsets{0};
  for (const char letter : text) {
    if (letter == '|') {
      offsets.push_back(static_cast<std::int64_t>(symbols.size()));
    } else {
      symbols.push_back(letter);
    }
  }
  offsets.push_back(static_cast<std::int64_t>(symbols.size()));
  return ChainIndex(Sequence(symbols, offsets, groups));
}

LengthColumns mine(std::string_view text, double threshold = 1, bool eligible = false,
                   const std::vector<std::int32_t>& groups = {}) {
  const ChainIndex index = index_of(text, groups);
  return mine_lengths(index, Criterion(index, threshold, eligible));
}

std::int64_t pieces(std::string_view text, double threshold = 1, bool eligible = false) {
  const ChainIndex index = index_of(text);
  return fewest_pieces(index, Criterion(index, threshold, eligible));
}

// Each candidate as "letters xOCCURRENCES/DISJOINT".
std::vector<std::string> candidates(std::string_view text, double threshold,
                                    std::uint32_t limit = 100) {
  std::string letters(text);
  std::erase(letters, '|');
  const ChainIndex index = index_of(text);
  std::vector<std::string> found;
  for (const Candidate& candidate :
       best_candidates(index, Criterion(index, threshold, false), limit)) {
    found.push_back(letters.substr(static_cast<std::size_t>(candidate.first_item),
                                   static_cast<std::size_t>(candidate.length)) +
                    " x" + std::to_string(candidate.occurrences) + "/" +
                    std::to_string(candidate.disjoint));
  }
  return found;
}

}  // namespace

TEST_CASE("every length of a sequence at once") {
  const LengthColumns columns = mine("abcabdabc");
  CHECK(columns.windows == Counts{8, 7, 6, 5, 4, 3, 2, 1});
  CHECK(columns.distinct == Counts{5, 6, 6, 5, 4, 3, 2, 1});
  CHECK(columns.types == Counts{2, 1, 1, 0, 0, 0, 0, 0});
  CHECK(columns.instances == Counts{4, 1, 1, 0, 0, 0, 0, 0});
  CHECK(columns.c_fused == Counts{3, 1, 1, 0, 0, 0, 0, 0});
  CHECK(columns.c_types == Counts{2, 1, 1, 0, 0, 0, 0, 0});
}

TEST_CASE("no chain crosses a segment") {
  const LengthColumns columns = mine("ab|ab||b");
  CHECK(columns.windows == Counts{2});
  CHECK(columns.distinct == Counts{1});
  CHECK(columns.instances == Counts{2});
  CHECK(columns.c_fused == Counts{2});
}

TEST_CASE("a chain is counted once in each group") {
  CHECK(mine("ab|ab|ab").c_types == Counts{1});
  CHECK(mine("ab|ab|ab", 1, false, {0, 0, 1}).c_types == Counts{2});
}

TEST_CASE("an eligible score can rise with the length") {
  // f(xx) = 2 of the 3 x with a successor, f(xxxy) = 1 of the one x with three.
  CHECK(mine("xxxy|x", 0.75, false).types == Counts{0, 0, 0});
  CHECK(mine("xxxy|x", 0.75, true).types == Counts{0, 0, 1});
  CHECK(pieces("xxxy|x", 0.75, false) == 5);
  CHECK(pieces("xxxy|x", 0.75, true) == 2);
}

TEST_CASE("the fewest pieces") {
  CHECK(pieces("") == 0);
  CHECK(pieces("||") == 0);
  CHECK(pieces("x") == 1);
  CHECK(pieces("xxxx") == 4);
  CHECK(pieces("abcd|abcd") == 2);
  CHECK(pieces("abcabdabc") == 4);
}

TEST_CASE("candidates are maximal and ranked by the launches they remove") {
  CHECK(candidates("abcd|abcd", 1) == std::vector<std::string>{"abcd x2/2"});
  CHECK(candidates("plmnlmnq|plmnlmnq", 1) ==
        std::vector<std::string>{"plmnlmnq x2/2", "lmn x4/4"});
  CHECK(candidates("xxxxxx", 0.5) == std::vector<std::string>{"xxx x4/2", "xx x5/3", "xxxx x3/1"});
  CHECK(candidates("xxxxxx", 0.5, 1) == std::vector<std::string>{"xxx x4/2"});
  CHECK(candidates("xxxxxx", 0.5, 0).empty());
  CHECK(candidates("xxxx", 1).empty());
}

TEST_CASE("edges share out the chains of all lengths") {
  const ChainIndex index = index_of("abcabdabc|cabba|a");
  std::int64_t chains = 0, windows = 0;
  index.for_each_edge([&](const Edge& edge) {
    CHECK(edge.above < edge.depth);
    chains += edge.depth - edge.above;
    windows += std::int64_t{edge.count()} * (edge.depth - edge.above);
  });
  CHECK(windows == 9 * 10 / 2 + 5 * 6 / 2 + 1);
  CHECK(chains < windows);
}

TEST_CASE("bad input is refused") {
  const std::vector<std::int32_t> symbols{1, 2, 3};
  const auto make = [&](std::vector<std::int64_t> offsets, std::vector<std::int32_t> groups = {}) {
    return Sequence(symbols, offsets, groups);
  };
  CHECK_THROWS_AS(make({}), std::invalid_argument);
  CHECK_THROWS_AS(make({0, 2}), std::invalid_argument);
  CHECK_THROWS_AS(make({1, 3}), std::invalid_argument);
  CHECK_THROWS_AS(make({0, 2, 1, 3}), std::invalid_argument);
  CHECK_THROWS_AS(make({0, 3}, {0, 1}), std::invalid_argument);
  CHECK_THROWS_AS(make({0, 2, 3}, {1, 0}), std::invalid_argument);
  CHECK_THROWS_AS(make({0, 3}, {-1}), std::invalid_argument);
  CHECK(make({0, 2, 3}, {0, 0}).longest() == 2);
  const ChainIndex index = index_of("ab");
  for (const double threshold : {0.0, -1.0, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS(Criterion(index, threshold, false), std::invalid_argument);
  }
}
