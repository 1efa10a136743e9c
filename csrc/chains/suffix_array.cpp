#include "chains/suffix_array.hpp"

#include <algorithm>
#include <cstddef>

namespace skipx::chains {
namespace {

constexpr std::uint32_t kEmpty = UINT32_MAX;

// SA-IS (Nong, Zhang, Chan: Two Efficient Algorithms for Linear Time Suffix Array Construction,
// 2011). A suffix is small (S) when it sorts before the one that begins a place later, else
// large (L); an S suffix after an L one is an LMS suffix. Sorting the LMS suffixes, at most half
// of all, is the same problem again; their order induces that of all others in two passes.
class InducedSorter {
 public:
  InducedSorter(std::span<const std::uint32_t> text, std::uint32_t alphabet)
      : text_(text),
        size_(static_cast<std::uint32_t>(text.size())),
        small_(text.size()),
        ends_(alphabet),
        cursors_(alphabet),
        suffixes_(text.size()) {
    small_[size_ - 1] = 1;
    for (std::uint32_t i = size_ - 1; i-- > 0;) {
      small_[i] = text_[i] < text_[i + 1] || (text_[i] == text_[i + 1] && small_[i + 1]);
      if (is_lms(i + 1)) lms_.push_back(i + 1);
    }
    std::reverse(lms_.begin(), lms_.end());
    for (const std::uint32_t symbol : text_) ++ends_[symbol];
    for (std::uint32_t symbol = 1; symbol < alphabet; ++symbol) ends_[symbol] += ends_[symbol - 1];
  }

  std::vector<std::uint32_t> run() && {
    induce_from(lms_);
    std::erase_if(suffixes_, [this](std::uint32_t i) { return !is_lms(i); });
    const std::vector<std::uint32_t> sorted_lms = sort_lms();
    suffixes_.resize(size_);
    induce_from(sorted_lms);
    return std::move(suffixes_);
  }

 private:
  bool is_lms(std::uint32_t i) const { return i > 0 && small_[i] && !small_[i - 1]; }

  // Places LMS suffixes at the ends of their symbols' buckets, the last of `lms` last, then
  // induces L suffixes left to right and all S suffixes right to left.
  void induce_from(std::span<const std::uint32_t> lms) {
    std::fill(suffixes_.begin(), suffixes_.end(), kEmpty);
    cursors_ = ends_;
    for (std::size_t k = lms.size(); k-- > 0;) suffixes_[--cursors_[text_[lms[k]]]] = lms[k];

    cursors_[0] = 0;
    std::copy(ends_.begin(), ends_.end() - 1, cursors_.begin() + 1);
    for (std::uint32_t r = 0; r < size_; ++r) {
      const std::uint32_t i = suffixes_[r];
      if (i == kEmpty || i == 0 || small_[i - 1]) continue;
      suffixes_[cursors_[text_[i - 1]]++] = i - 1;
    }

    cursors_ = ends_;
    for (std::uint32_t r = size_; r-- > 0;) {
      const std::uint32_t i = suffixes_[r];
      if (i == kEmpty || i == 0 || !small_[i - 1]) continue;
      suffixes_[--cursors_[text_[i - 1]]] = i - 1;
    }
  }

  // Returns the LMS suffixes in order. On entry suffixes_ holds them in the order of their LMS
  // substrings (up to and including the next LMS place): equal substrings get equal names, and
  // the text of names is sorted in its turn where a name occurs twice.
  std::vector<std::uint32_t> sort_lms() {
    const auto count = static_cast<std::uint32_t>(lms_.size());
    std::vector<std::uint32_t> name_at(size_ / 2 + 1);  // by place / 2: LMS places are not adjacent
    std::uint32_t names = 1;                            // the end of the text alone has name 0
    for (std::uint32_t k = 1; k < count; ++k) {
      if (k > 1 && !same_substring(suffixes_[k - 1], suffixes_[k])) ++names;
      name_at[suffixes_[k] / 2] = names;
    }
    ++names;
    if (names > count) return std::vector<std::uint32_t>(suffixes_.begin(), suffixes_.end());

    std::vector<std::uint32_t> reduced(count);
    for (std::uint32_t k = 0; k < count; ++k) reduced[k] = name_at[lms_[k] / 2];
    reduced.back() = 0;
    std::vector<std::uint32_t> order = suffix_array(reduced, names);
    for (std::uint32_t& k : order) k = lms_[k];
    return order;
  }

  // Whether two LMS substrings, neither the last, agree in symbols and types.
  bool same_substring(std::uint32_t a, std::uint32_t b) const {
    for (std::uint32_t d = 0;; ++d) {
      if (text_[a + d] != text_[b + d] || small_[a + d] != small_[b + d]) return false;
      if (d > 0 && (is_lms(a + d) || is_lms(b + d))) return is_lms(a + d) && is_lms(b + d);
    }
  }

  std::span<const std::uint32_t> text_;
  std::uint32_t size_;
  std::vector<std::uint8_t> small_;
  std::vector<std::uint32_t> ends_, cursors_;  // by symbol: end of its bucket; next free place
  std::vector<std::uint32_t> lms_;             // in order of the text
  std::vector<std::uint32_t> suffixes_;
};

}  // namespace

std::vector<std::uint32_t> suffix_array(std::span<const std::uint32_t> text,
                                        std::uint32_t alphabet) {
  if (text.empty()) return {};
  if (text.size() == 1) return {0};
  return InducedSorter(text, alphabet).run();
}

std::vector<std::uint32_t> suffix_ranks(std::span<const std::uint32_t> suffixes) {
  std::vector<std::uint32_t> ranks(suffixes.size());
  for (std::uint32_t r = 0; r < suffixes.size(); ++r) ranks[suffixes[r]] = r;
  return ranks;
}

// Kasai et al., 2001: the suffix one place later has at most one symbol less in common. The
// ends keep that true: what two suffixes share before an end, their tails share as well.
std::vector<std::uint32_t> common_prefixes(std::span<const std::uint32_t> text,
                                           std::span<const std::uint32_t> suffixes,
                                           std::span<const std::uint32_t> ranks,
                                           std::uint32_t first_symbol) {
  std::vector<std::uint32_t> lengths(text.size() + 1);
  std::uint32_t common = 0;
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    if (ranks[i] == 0) {
      common = 0;
      continue;
    }
    const std::uint32_t j = suffixes[ranks[i] - 1];
    while (text[i + common] == text[j + common] && text[i + common] >= first_symbol) ++common;
    lengths[ranks[i]] = common;
    if (common > 0) --common;
  }
  return lengths;
}

}  // namespace skipx::chains
