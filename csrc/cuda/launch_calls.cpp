#include "cuda/launch_calls.hpp"

#include <string_view>

namespace skipx::cuda {

namespace {

// Newer libraries number more calls than the headers know; a number without a call has no name.
constexpr std::uint32_t kMostCalls = 1200;

bool waits_or_moves(std::string_view name) {
  for (const std::string_view prefix : {"cudaMemcpy", "cudaMemset", "cuMemcpy", "cuMemset"})
    if (name.starts_with(prefix)) return true;
  return name.find("Synchronize") != std::string_view::npos;
}

// Tells `take` the number and the name of each call.
template <typename Take>
void for_each_call(const CuptiApi& api, Take take) {
  for (const bool runtime : {true, false})
    for (std::uint32_t cbid = 1; cbid < kMostCalls; ++cbid) {
      const char* name = nullptr;
      const auto domain = runtime ? CUPTI_CB_DOMAIN_RUNTIME_API : CUPTI_CB_DOMAIN_DRIVER_API;
      if (api.cuptiGetCallbackName(domain, cbid, &name) == CUPTI_SUCCESS && name != nullptr)
        take(std::pair{runtime, cbid}, std::string_view(name));
    }
}

}  // namespace

const CallIds& launch_calls() {
  static const CallIds ids = {
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernel_v7000},
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernel_ptsz_v7000},
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaLaunchCooperativeKernel_v9000},
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaLaunchCooperativeKernel_ptsz_v9000},
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaGraphLaunch_v10000},
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaGraphLaunch_ptsz_v10000},
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernelExC_v11060},
      {true, CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernelExC_ptsz_v11060},
      {true, CUPTI_RUNTIME_TRACE_CBID___cudaLaunchKernel_v13000},  // what nvcc 13 makes of <<<>>>
      {true, CUPTI_RUNTIME_TRACE_CBID___cudaLaunchKernel_ptsz_v13000},
      {false, CUPTI_DRIVER_TRACE_CBID_cuLaunchKernel},
      {false, CUPTI_DRIVER_TRACE_CBID_cuLaunchKernel_ptsz},
      {false, CUPTI_DRIVER_TRACE_CBID_cuLaunchCooperativeKernel},
      {false, CUPTI_DRIVER_TRACE_CBID_cuLaunchCooperativeKernel_ptsz},
      {false, CUPTI_DRIVER_TRACE_CBID_cuGraphLaunch},
      {false, CUPTI_DRIVER_TRACE_CBID_cuGraphLaunch_ptsz},
      {false, CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx},
      {false, CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx_ptsz}};
  return ids;
}

CallIds known_calls(const CuptiApi& api) {
  CallIds ids;
  for_each_call(api, [&](const auto& id, std::string_view) { ids.insert(id); });
  return ids;
}

CallIds tracing_calls(const CuptiApi& api) {
  CallIds ids = launch_calls();
  for_each_call(api, [&](const auto& id, std::string_view name) {
    if (waits_or_moves(name)) ids.insert(id);
  });
  return ids;
}

}  // namespace skipx::cuda
