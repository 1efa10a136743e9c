#include "replay/call_recorder.hpp"

#include <array>
#include <exception>
#include <utility>

#include "replay/attributes.hpp"
#include "replay/kernel_function.hpp"
#include "replay/pointers.hpp"

namespace skipx::replay {

namespace {

using cuda::check;
using cuda::CudaError;
using cuda::ErrorKind;

// The second of each pair is what a program calls that has per-thread default streams.
constexpr std::array<CUpti_CallbackId, 10> kCalls = {
    CUPTI_DRIVER_TRACE_CBID_cuLaunchKernel,   CUPTI_DRIVER_TRACE_CBID_cuLaunchKernel_ptsz,
    CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx, CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx_ptsz,
    CUPTI_DRIVER_TRACE_CBID_cuMemsetD8Async,  CUPTI_DRIVER_TRACE_CBID_cuMemsetD8Async_ptsz,
    CUPTI_DRIVER_TRACE_CBID_cuMemsetD16Async, CUPTI_DRIVER_TRACE_CBID_cuMemsetD16Async_ptsz,
    CUPTI_DRIVER_TRACE_CBID_cuMemsetD32Async, CUPTI_DRIVER_TRACE_CBID_cuMemsetD32Async_ptsz,
};

CUlaunchConfig config_of(const cuLaunchKernel_params& call) {
  CUlaunchConfig config{};
  config.gridDimX = call.gridDimX;
  config.gridDimY = call.gridDimY;
  config.gridDimZ = call.gridDimZ;
  config.blockDimX = call.blockDimX;
  config.blockDimY = call.blockDimY;
  config.blockDimZ = call.blockDimZ;
  config.sharedMemBytes = call.sharedMemBytes;
  config.hStream = call.hStream;
  return config;
}

}  // namespace

CallRecorder::CallRecorder(const cuda::DriverApi& driver, const cuda::CuptiApi& cupti,
                           std::size_t limit)
    : driver_(driver), cupti_(cupti), limit_(limit) {}

CallRecorder::~CallRecorder() {
  try {
    unsubscribe();
  } catch (const CudaError&) {
    // The process ends its recording with its life; there is no one left to tell.
  }
}

void CallRecorder::start() {
  const CUptiResult result = cupti_.cuptiSubscribe(&subscriber_, &on_callback, this);
  if (result == CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED)
    throw CudaError(ErrorKind::kSubscriberTaken, "another profiler of this process holds CUPTI",
                    "record in a process without it");
  check(result, "cuptiSubscribe");
  for (const CUpti_CallbackId call : kCalls)
    check(cupti_.cuptiEnableCallback(1, subscriber_, CUPTI_CB_DOMAIN_DRIVER_API, call),
          "cuptiEnableCallback");
}

Recording CallRecorder::stop() {
  unsubscribe();
  const std::lock_guard lock(mutex_);
  if (failures_ != 0)
    throw CudaError(ErrorKind::kRefused, std::to_string(failures_) +
                                             " launches could not be recorded: " + first_failure_);
  last_on_stream_.clear();
  return std::exchange(recording_, {});
}

void CallRecorder::unsubscribe() {
  if (subscriber_ == nullptr) return;
  check(cupti_.cuptiUnsubscribe(std::exchange(subscriber_, nullptr)), "cuptiUnsubscribe");
}

void CUPTIAPI CallRecorder::on_callback(void* self, CUpti_CallbackDomain domain,
                                        CUpti_CallbackId call, const void* data) {
  const auto* const info = static_cast<const CUpti_CallbackData*>(data);
  // Before the call: afterwards the program may have changed what its arguments point at.
  if (domain == CUPTI_CB_DOMAIN_DRIVER_API && info->callbackSite == CUPTI_API_ENTER)
    static_cast<CallRecorder*>(self)->record(call, info->functionParams);
}

void CallRecorder::record(CUpti_CallbackId call, const void* parameters) {
  // CUPTI is C: no exception may pass through it.
  try {
    switch (call) {
      case CUPTI_DRIVER_TRACE_CBID_cuLaunchKernel:
      case CUPTI_DRIVER_TRACE_CBID_cuLaunchKernel_ptsz: {
        const auto& launch = *static_cast<const cuLaunchKernel_params*>(parameters);
        return add_kernel(launch.f, config_of(launch), launch.kernelParams, launch.extra);
      }
      case CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx:
      case CUPTI_DRIVER_TRACE_CBID_cuLaunchKernelEx_ptsz: {
        const auto& launch = *static_cast<const cuLaunchKernelEx_params*>(parameters);
        return add_kernel(launch.f, *launch.config, launch.kernelParams, launch.extra);
      }
      case CUPTI_DRIVER_TRACE_CBID_cuMemsetD8Async:
      case CUPTI_DRIVER_TRACE_CBID_cuMemsetD8Async_ptsz: {
        const auto& set = *static_cast<const cuMemsetD8Async_params*>(parameters);
        return add_memset({set.dstDevice, set.uc, 1, set.N, 1, 0}, set.hStream);
      }
      case CUPTI_DRIVER_TRACE_CBID_cuMemsetD16Async:
      case CUPTI_DRIVER_TRACE_CBID_cuMemsetD16Async_ptsz: {
        const auto& set = *static_cast<const cuMemsetD16Async_params*>(parameters);
        return add_memset({set.dstDevice, set.us, 2, set.N, 1, 0}, set.hStream);
      }
      case CUPTI_DRIVER_TRACE_CBID_cuMemsetD32Async:
      case CUPTI_DRIVER_TRACE_CBID_cuMemsetD32Async_ptsz: {
        const auto& set = *static_cast<const cuMemsetD32Async_params*>(parameters);
        return add_memset({set.dstDevice, set.ui, 4, set.N, 1, 0}, set.hStream);
      }
      default:
        return;
    }
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    if (failures_++ == 0) first_failure_ = error.what();
  }
}

void CallRecorder::add_kernel(CUfunction function, const CUlaunchConfig& config, void** arguments,
                              void** extra) {
  Launch launch{.kind = LaunchKind::kKernel, .name = kernel_name(driver_, function)};
  KernelLaunch& kernel = launch.kernel;
  kernel.function = function;
  kernel.grid = {config.gridDimX, config.gridDimY, config.gridDimZ};
  kernel.block = {config.blockDimX, config.blockDimY, config.blockDimZ};
  kernel.shared_bytes = config.sharedMemBytes;
  kernel.arguments = copy_arguments(driver_, function, arguments, extra);
  kernel.attributes = replayed_attributes({config.attrs, config.numAttrs});
  kernel.pointers = find_pointers(driver_, kernel.arguments);
  add(std::move(launch), config.hStream);
}

void CallRecorder::add_memset(const MemsetLaunch& memset, CUstream stream) {
  add({.kind = LaunchKind::kMemset, .name = "memset", .memset = memset}, stream);
}

void CallRecorder::add(Launch launch, CUstream stream) {
  const std::lock_guard lock(mutex_);
  if (recording_.size() == limit_) {
    ++left_out_;
    return;
  }
  // The order of its stream is all that is known of what a launch waits for.
  const auto [last, first_on_stream] = last_on_stream_.try_emplace(stream, recording_.size());
  if (!first_on_stream) launch.dependencies = {std::exchange(last->second, recording_.size())};
  recording_.push_back(std::move(launch));
}

}  // namespace skipx::replay
