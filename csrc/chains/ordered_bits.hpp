// A set of the numbers 0 … size-1 that finds neighbours in a handful of steps: a bit per number,
// a bit per word of those that is not zero, and so on up to one word.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace skipx::chains {

class OrderedBits {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // The empty set, or with `full` every number below `size`.
  explicit OrderedBits(std::uint32_t size, bool full = false) {
    std::size_t bits = size;
    do {
      const std::size_t words = (bits + 63) / 64;
      levels_.emplace_back(words, full ? ~std::uint64_t{0} : 0);
      if (full && bits % 64 != 0) levels_.back().back() = (std::uint64_t{1} << bits % 64) - 1;
      bits = words;
    } while (bits > 1);
  }

  void insert(std::uint32_t i) {
    for (auto& words : levels_) {
      std::uint64_t& word = words[i >> 6];
      const bool had_any = word != 0;
      word |= std::uint64_t{1} << (i & 63);
      if (had_any) return;
      i >>= 6;
    }
  }

  void erase(std::uint32_t i) {
    for (auto& words : levels_) {
      std::uint64_t& word = words[i >> 6];
      word &= ~(std::uint64_t{1} << (i & 63));
      if (word != 0) return;
      i >>= 6;
    }
  }

  // The smallest member that is at least `i`, or kNone.
  std::uint32_t next(std::uint32_t i) const {
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      const std::uint32_t word = i >> 6;
      if (word >= levels_[level].size()) return kNone;
      const std::uint64_t rest = levels_[level][word] >> (i & 63);
      if (rest != 0) {
        i += count(std::countr_zero(rest));
        while (level-- > 0) i = (i << 6) + count(std::countr_zero(levels_[level][i]));
        return i;
      }
      i = word + 1;
    }
    return kNone;
  }

  // The largest member that is at most `i`, or kNone.
  std::uint32_t previous(std::uint32_t i) const {
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      const std::uint32_t word = i >> 6;
      const std::uint64_t rest = levels_[level][word] << (63 - (i & 63));
      if (rest != 0) {
        i -= count(std::countl_zero(rest));
        while (level-- > 0) i = (i << 6) + 63 - count(std::countl_zero(levels_[level][i]));
        return i;
      }
      if (word == 0) return kNone;
      i = word - 1;
    }
    return kNone;
  }

 private:
  static std::uint32_t count(int bits) { return static_cast<std::uint32_t>(bits); }

  std::vector<std::vector<std::uint64_t>> levels_;
};

}  // namespace skipx::chains
