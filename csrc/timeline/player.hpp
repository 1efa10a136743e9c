// The launch-queue model of the definitions, section 6, as a discrete-event replay: items take
// effect in order of time, so that everything before an item is known when its turn comes.
#pragma once

#include "timeline/program.hpp"

namespace skipx::timeline {

// O((items + activities) log threads). Throws std::invalid_argument for columns that are no
// program, and where threads wait for each other for ever.
Playback play(const Items& items, const Work& work, const Parameters& parameters);

}  // namespace skipx::timeline
