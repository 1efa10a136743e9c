// The fewest pieces that a sequence can be cut into.
#pragma once

#include <cstdint>

#include "chains/criterion.hpp"
#include "chains/intervals.hpp"

namespace skipx::chains {

// The fewest chains of any lengths, each of which qualifies or is a single item, that tile every
// segment. Strict: O(n) steps for n items.
std::int64_t fewest_pieces(const ChainIndex& index, const Criterion& criterion);

}  // namespace skipx::chains
