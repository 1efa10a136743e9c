// The calls that a session records, by CUPTI's numbers.
#pragma once

#include "cuda/activity.hpp"
#include "cuda/cupti.hpp"

namespace skipx::cuda {

// Calls that launch kernels and graphs.
const CallIds& launch_calls();

// Every call that this CUPTI has a name for.
CallIds known_calls(const CuptiApi& api);

// Those that launch, and the calls that wait, copy or set memory, by the names that this CUPTI has
// for them.
CallIds tracing_calls(const CuptiApi& api);

}  // namespace skipx::cuda
