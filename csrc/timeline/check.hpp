// Whether columns are a program: nothing that the player indexes or adds can go out of range.
#pragma once

#include "timeline/program.hpp"

namespace skipx::timeline {

// Throws std::invalid_argument, naming the column and the row.
void check(const Items& items, const Work& work, const Parameters& parameters);

}  // namespace skipx::timeline
