// Suffixes in order, and how much neighbours in that order have in common.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace skipx::chains {

// The start of each suffix of `text`, in lexical order, in linear time.
// The last value of `text` must be 0 and the only 0; all values are below `alphabet`.
std::vector<std::uint32_t> suffix_array(std::span<const std::uint32_t> text,
                                        std::uint32_t alphabet);

// ranks[suffixes[r]] = r.
std::vector<std::uint32_t> suffix_ranks(std::span<const std::uint32_t> suffixes);

// Element r, of size + 1: the length of the longest common prefix of the suffixes of ranks r-1
// and r, ended at the first value below `first_symbol`; 0 at both ends.
std::vector<std::uint32_t> common_prefixes(std::span<const std::uint32_t> text,
                                           std::span<const std::uint32_t> suffixes,
                                           std::span<const std::uint32_t> ranks,
                                           std::uint32_t first_symbol);

}  // namespace skipx::chains
