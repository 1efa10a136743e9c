// A sequence of symbols in segments, as one text: every segment is followed by a separator, and
// the separator after the last is the only 0. Places are places in that text.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace skipx::chains {

class Sequence {
 public:
  static constexpr std::uint32_t kFirstSymbol = 2;  // 0 and 1 are separators

  // Segment s is symbols[offsets[s] … offsets[s + 1]); groups, if any, holds a number per
  // segment that never decreases. Throws std::invalid_argument.
  Sequence(std::span<const std::int32_t> symbols, std::span<const std::int64_t> offsets,
           std::span<const std::int32_t> groups);

  std::span<const std::uint32_t> text() const { return text_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
  std::uint32_t items() const { return size() - segments(); }
  std::uint32_t alphabet() const { return alphabet_; }

  std::uint32_t segments() const { return static_cast<std::uint32_t>(ends_.size()); }
  std::uint32_t begin(std::uint32_t segment) const {
    return segment == 0 ? 0 : ends_[segment - 1] + 1;
  }
  std::uint32_t end(std::uint32_t segment) const { return ends_[segment]; }

  // The longest segment's length.
  std::uint32_t longest() const { return longest_; }

  // How many items there are from `place` to the end of its segment.
  std::uint32_t remaining(std::uint32_t place) const { return ends_[segment_[place]] - place; }

  // The index in `symbols` of the item at `place`.
  std::uint32_t item(std::uint32_t place) const { return place - segment_[place]; }

  std::uint32_t group(std::uint32_t place) const {
    return groups_.empty() ? 0 : groups_[segment_[place]];
  }

 private:
  std::vector<std::uint32_t> text_;
  std::vector<std::uint32_t> segment_;  // by place
  std::vector<std::uint32_t> ends_;     // by segment: the place of its separator
  std::vector<std::uint32_t> groups_;   // by segment
  std::uint32_t alphabet_ = kFirstSymbol;
  std::uint32_t longest_ = 0;
};

}  // namespace skipx::chains
