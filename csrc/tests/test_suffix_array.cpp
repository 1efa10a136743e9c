#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "chains/ordered_bits.hpp"
#include "chains/suffix_array.hpp"

namespace {

using skipx::chains::common_prefixes;
using skipx::chains::OrderedBits;
using skipx::chains::suffix_array;
using skipx::chains::suffix_ranks;
using Text = std::vector<std::uint32_t>;

constexpr std::uint32_t kFirstSymbol = 2;

Text naive_suffix_array(const Text& text) {
  Text suffixes(text.size());
  std::iota(suffixes.begin(), suffixes.end(), 0U);
  std::ranges::sort(suffixes, [&](std::uint32_t a, std::uint32_t b) {
    return std::lexicographical_compare(text.begin() + a, text.end(), text.begin() + b, text.end());
  });
  return suffixes;
}

std::uint32_t naive_common_prefix(const Text& text, std::uint32_t a, std::uint32_t b) {
  std::uint32_t length = 0;
  while (text[a + length] == text[b + length] && text[a + length] >= kFirstSymbol) ++length;
  return length;
}

void check(const Text& text) {
  CAPTURE(text);
  const std::uint32_t alphabet = *std::ranges::max_element(text) + 1;
  const Text suffixes = suffix_array(text, alphabet);
  REQUIRE(suffixes == naive_suffix_array(text));
  const Text ranks = suffix_ranks(suffixes);
  const Text common = common_prefixes(text, suffixes, ranks, kFirstSymbol);
  REQUIRE(common.size() == text.size() + 1);
  CHECK(common.front() == 0);
  CHECK(common.back() == 0);
  for (std::uint32_t r = 0; r < suffixes.size(); ++r) {
    REQUIRE(ranks[suffixes[r]] == r);
    if (r > 0) {
      REQUIRE(common[r] == naive_common_prefix(text, suffixes[r - 1], suffixes[r]));
    }
  }
}

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }

 private:
  std::mt19937 engine_;
};

// Symbols 2 … 1 + kinds, now and then a separator 1, and the end 0.
Text random_text(Random& random, std::uint32_t size, std::uint32_t kinds) {
  Text text;
  for (std::uint32_t i = 0; i < size; ++i) {
    text.push_back(random.below(7) == 0 ? 1 : kFirstSymbol + random.below(kinds));
  }
  text.push_back(0);
  return text;
}

Text repeated(const Text& unit, std::uint32_t times) {
  Text text;
  for (std::uint32_t i = 0; i < times; ++i) text.insert(text.end(), unit.begin(), unit.end());
  text.push_back(0);
  return text;
}

}  // namespace

TEST_CASE("suffixes of the smallest texts") {
  CHECK(suffix_array(Text{}, 2).empty());
  check({0});
  check({2, 0});
  check({1, 1, 0});
  check({3, 2, 0});
}

TEST_CASE("suffixes of repetitive texts") {
  for (const std::uint32_t times : {1U, 2U, 3U, 17U, 64U}) {
    check(repeated({2}, times));
    check(repeated({2, 3}, times));
    check(repeated({3, 2, 2}, times));
    check(repeated({2, 3, 2, 2, 1}, times));
  }
  Text shorter{2}, fibonacci{2, 3};
  while (fibonacci.size() < 300) {
    Text longer = fibonacci;
    longer.insert(longer.end(), shorter.begin(), shorter.end());
    shorter = std::exchange(fibonacci, longer);
  }
  check(repeated(fibonacci, 1));
}

TEST_CASE("suffixes of random texts") {
  Random random(2504);
  for (int i = 0; i < 300; ++i) {
    check(random_text(random, random.below(60), 1 + random.below(4)));
    check(random_text(random, random.below(60), 40));
  }
}

TEST_CASE("ordered bits agree with a set") {
  Random random(11750);
  for (const std::uint32_t size : {1U, 63U, 64U, 65U, 4096U, 4097U, 300'000U}) {
    OrderedBits bits(size, true);
    std::set<std::uint32_t> members;
    for (std::uint32_t i = 0; i < size; ++i) members.insert(members.end(), i);
    // Few members are left at the end of the first half, many at that of the second.
    for (const bool inserting : {false, true}) {
      for (std::uint32_t i = 0; i < 2 * size; ++i) {
        const std::uint32_t number = random.below(size);
        const bool insert = random.below(20) == 0 ? !inserting : inserting;
        insert ? bits.insert(number) : bits.erase(number);
        if (insert) members.insert(number);
        if (!insert) members.erase(number);
        if (i % 16 != 0) continue;
        const std::uint32_t from = random.below(size);
        const auto next = members.lower_bound(from);
        const auto above = members.upper_bound(from);
        REQUIRE(bits.next(from) == (next == members.end() ? OrderedBits::kNone : *next));
        REQUIRE(bits.previous(from) ==
                (above == members.begin() ? OrderedBits::kNone : *std::prev(above)));
      }
    }
  }
}

TEST_CASE("an empty set of bits has no neighbours, a full one only itself") {
  for (const std::uint32_t size : {0U, 1U, 64U, 4097U}) {
    const OrderedBits empty(size), full(size, true);
    CHECK(full.next(size) == OrderedBits::kNone);
    for (std::uint32_t i = 0; i < size; i += 63) {
      CHECK(empty.next(i) == OrderedBits::kNone);
      CHECK(empty.previous(i) == OrderedBits::kNone);
      CHECK(full.next(i) == i);
      CHECK(full.previous(i) == i);
    }
  }
}
