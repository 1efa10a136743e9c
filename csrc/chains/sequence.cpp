#include "chains/sequence.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <stdexcept>

namespace skipx::chains {
namespace {

void check(std::span<const std::int32_t> symbols, std::span<const std::int64_t> offsets,
           std::span<const std::int32_t> groups) {
  if (offsets.empty() || offsets.front() != 0 ||
      offsets.back() != static_cast<std::int64_t>(symbols.size())) {
    throw std::invalid_argument("segments must hold offsets from 0 to the number of symbols");
  }
  if (!std::is_sorted(offsets.begin(), offsets.end())) {
    throw std::invalid_argument("segments must not decrease");
  }
  if (!groups.empty() && groups.size() != offsets.size() - 1) {
    throw std::invalid_argument("groups must hold one number per segment");
  }
  if (!groups.empty() && (groups.front() < 0 || !std::is_sorted(groups.begin(), groups.end()))) {
    throw std::invalid_argument("groups must not be negative and must not decrease");
  }
  if (symbols.size() + offsets.size() > std::size_t{INT32_MAX}) {
    throw std::invalid_argument("more than 2^31 symbols and segments");
  }
}

// Renumbers the symbols from `first` on, in their order; returns the end of the numbers.
std::uint32_t compact(std::span<const std::int32_t> symbols, std::uint32_t first,
                      std::vector<std::uint32_t>& numbers) {
  numbers.resize(symbols.size());
  if (symbols.empty()) return first;
  const auto [low, high] = std::minmax_element(symbols.begin(), symbols.end());
  const std::int64_t base = *low;
  const auto range = static_cast<std::size_t>(*high - base + 1);
  if (range <= 4 * symbols.size()) {  // interned names: a table is faster than a sort
    std::vector<std::uint32_t> number(range);
    for (const std::int32_t symbol : symbols) number[static_cast<std::size_t>(symbol - base)] = 1;
    for (std::uint32_t& entry : number) entry = entry != 0 ? first++ : 0;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      numbers[i] = number[static_cast<std::size_t>(symbols[i] - base)];
    }
    return first;
  }
  std::vector<std::int32_t> distinct(symbols.begin(), symbols.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto found = std::lower_bound(distinct.begin(), distinct.end(), symbols[i]);
    numbers[i] = first + static_cast<std::uint32_t>(found - distinct.begin());
  }
  return first + static_cast<std::uint32_t>(distinct.size());
}

}  // namespace

Sequence::Sequence(std::span<const std::int32_t> symbols, std::span<const std::int64_t> offsets,
                   std::span<const std::int32_t> groups) {
  check(symbols, offsets, groups);
  std::vector<std::uint32_t> numbers;
  alphabet_ = compact(symbols, kFirstSymbol, numbers);
  const auto count = static_cast<std::uint32_t>(offsets.size() - 1);
  text_.reserve(symbols.size() + count);
  segment_.reserve(symbols.size() + count);
  ends_.reserve(count);
  for (std::uint32_t s = 0; s < count; ++s) {
    const auto length = static_cast<std::uint32_t>(offsets[s + 1] - offsets[s]);
    const auto from = numbers.begin() + static_cast<std::ptrdiff_t>(offsets[s]);
    text_.insert(text_.end(), from, from + length);
    ends_.push_back(size());
    text_.push_back(s + 1 < count ? 1 : 0);
    segment_.insert(segment_.end(), length + 1, s);
    longest_ = std::max(longest_, length);
  }
  groups_.assign(groups.begin(), groups.end());
}

}  // namespace skipx::chains
