// The device code of the microbenchmarks, as PTX that every driver since CUDA 11.8 loads.
#pragma once

#include <array>
#include <string>

namespace skipx::launch {

// Bytes of arguments that null kernels exist with; 4096 is the most before CUDA 12.1.
inline constexpr std::array<int, 4> kArgumentBytes{0, 64, 512, 4096};

// Throws std::invalid_argument for a size that there is no null kernel with.
std::string null_kernel_name(int argument_bytes);

// Keeps its stream busy while the word that it is given is 0, at most kGatePatienceNs; then it
// writes kGateTimedOut to it.
inline constexpr const char* kGateKernel = "skipx_gate";
inline constexpr unsigned kGateTimedOut = 2;
inline constexpr long long kGatePatienceNs = 4'000'000'000;

// Spins for as many ns of the device's timer as it is told, and writes to the two 64-bit words of
// its second argument what passed from one tick of that timer to another: SM cycles, and ns. Both
// are 0 where the timer has not moved for kSpinPatience cycles.
inline constexpr const char* kSpinKernel = "skipx_spin";
inline constexpr long long kSpinPatience = 1'000'000'000;

// One module with all of them, as text that ends with a zero.
std::string device_code();

}  // namespace skipx::launch
