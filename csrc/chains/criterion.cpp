#include "chains/criterion.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace skipx::chains {

Criterion::Criterion(const ChainIndex& index, double threshold, bool eligible)
    : index_(index), threshold_(threshold), eligible_(eligible) {
  if (!(threshold > 0 && threshold <= 1)) {
    throw std::invalid_argument("threshold must be greater than 0 and at most 1");
  }
  if (!eligible_) return;
  const Sequence& sequence = index_.sequence();
  remaining_.reserve(sequence.size());
  for (const std::uint32_t place : index_.suffixes()) {
    remaining_.push_back(sequence.remaining(place));
  }
  for (std::uint32_t symbol = Sequence::kFirstSymbol; symbol < sequence.alphabet(); ++symbol) {
    std::sort(remaining_.begin() + index_.first_rank(symbol),
              remaining_.begin() + index_.first_rank(symbol + 1), std::greater<>{});
  }
}

// A quotient of two counts is rounded as the literal 0.3 is, so that 3 of 10 is at least 0.3;
// the product 0.3 * 10 need not be 3.
std::uint32_t Criterion::first_length(std::uint32_t symbol, std::uint32_t count) const {
  const auto reaches = [&](std::uint32_t of) { return double{1} * count / of >= threshold_; };
  const std::uint32_t frequency = index_.frequency(symbol);
  if (reaches(frequency)) return 1;
  if (!eligible_) return kNone;
  // The longer the chain, the fewer occurrences are eligible; `count` of them always are.
  auto most = static_cast<std::uint32_t>(count / threshold_);
  while (reaches(most + 1)) ++most;
  while (!reaches(most)) --most;
  return remaining_[index_.first_rank(symbol) + most] + 1;
}

std::uint32_t Criterion::eligible_count(std::uint32_t symbol, std::uint32_t length) const {
  const auto suffixes =
      index_.suffixes().subspan(index_.first_rank(symbol), index_.frequency(symbol));
  return static_cast<std::uint32_t>(std::count_if(
      suffixes.begin(), suffixes.end(),
      [&](std::uint32_t place) { return index_.sequence().remaining(place) >= length; }));
}

}  // namespace skipx::chains
