#include "replay/refusal.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "cuda/error.hpp"

namespace skipx::replay {

std::string_view waiting_library(std::string_view kernel) {
  static constexpr std::array<std::string_view, 5> kLibraries = {"nccl", "nvshmem", "rccl",
                                                                 "mscclpp", "deep_ep"};
  const auto same = [](char in_name, char in_list) {
    return std::tolower(static_cast<unsigned char>(in_name)) == in_list;
  };
  for (const std::string_view library : kLibraries) {
    // Not std::ranges::search: clang 14 does not take libstdc++ 12's.
    if (std::search(kernel.begin(), kernel.end(), library.begin(), library.end(), same) !=
        kernel.end())
      return library;
  }
  return {};
}

void require_replayable(const Launch& launch) {
  using cuda::CudaError;
  using cuda::ErrorKind;
  if (launch.kind == LaunchKind::kOther)
    throw CudaError(ErrorKind::kRefused,
                    "not a kernel, a set or a copy of one row: " + launch.name);
  const std::string_view library =
      launch.kind == LaunchKind::kKernel ? waiting_library(launch.name) : std::string_view{};
  if (!library.empty())
    throw CudaError(ErrorKind::kRefused,
                    "a kernel of " + std::string(library) + " waits for other devices");
}

}  // namespace skipx::replay
