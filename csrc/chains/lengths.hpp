// The chains of every length at once: how many, how many qualify, how many fuse.
#pragma once

#include <cstdint>
#include <vector>

#include "chains/criterion.hpp"
#include "chains/intervals.hpp"

namespace skipx::chains {

// Element i is of length i + 2, up to the longest segment.
struct LengthColumns {
  std::vector<std::int64_t> distinct;   // different chains
  std::vector<std::int64_t> windows;    // places where a chain can begin
  std::vector<std::int64_t> types;      // different chains that qualify
  std::vector<std::int64_t> instances;  // their occurrences, overlapping ones too
  std::vector<std::int64_t> c_fused;    // most disjoint occurrences of chains that qualify
  std::vector<std::int64_t> c_types;    // different chains among those, counted in each group
};

// O(n log n) time for n items when strict; O(n) memory.
LengthColumns mine_lengths(const ChainIndex& index, const Criterion& criterion);

}  // namespace skipx::chains
