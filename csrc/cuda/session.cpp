#include "cuda/session.hpp"

#include <time.h>

#include <array>
#include <cstdlib>

#include "cuda/driver.hpp"
#include "cuda/launch_calls.hpp"

namespace skipx::cuda {

namespace {

// CONCURRENT_KERNEL, never KERNEL, which makes kernels wait for each other.
constexpr std::array kKinds = {CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, CUPTI_ACTIVITY_KIND_MEMCPY,
                               CUPTI_ACTIVITY_KIND_MEMCPY2, CUPTI_ACTIVITY_KIND_MEMSET,
                               CUPTI_ACTIVITY_KIND_OVERHEAD};

constexpr std::int64_t kMostClockOffset = 1'000'000;  // ns

void CUPTIAPI ignore(void*, CUpti_CallbackDomain, CUpti_CallbackId, const void*) {}

std::int64_t realtime() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

// The name of the tool that holds CUPTI, or what stands for it where CUPTI does not tell.
std::string holder_of(const CuptiApi& api) {
  char name[CUPTI_OLD_SUBSCRIBER_NAME_MIN_LEN + 1] = {};
  if (api.cuptiSubscribe_v2 != nullptr) {
    CUpti_SubscriberParams parameters{};
    parameters.structSize = CUpti_SubscriberParams_STRUCT_SIZE;
    parameters.subscriberName = "skipx";
    parameters.oldSubscriberName = name;
    parameters.oldSubscriberSize = CUPTI_OLD_SUBSCRIBER_NAME_MIN_LEN;
    CUpti_SubscriberHandle second = nullptr;
    // Newer libraries may take a second one; it would see what the first does.
    if (api.cuptiSubscribe_v2(&second, ignore, nullptr, &parameters) == CUPTI_SUCCESS)
      api.cuptiUnsubscribe(second);
  }
  return *name != '\0' ? name : "another tool";
}

// Takes the subscriber, or says who has it. By the call that every library has: what the second
// version of it brings with it beside a name differs from library to library.
CUpti_SubscriberHandle subscribe(const CuptiApi& api, CUpti_CallbackFunc callback, void* data) {
  CUpti_SubscriberHandle subscriber = nullptr;
  const CUptiResult status = api.cuptiSubscribe(&subscriber, callback, data);
  if (status == CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED)
    throw CudaError(ErrorKind::kSubscriberTaken, "CUPTI is in use by " + holder_of(api),
                    "end PyTorch's profiler, nsys, ncu or cuda-gdb in this process first",
                    static_cast<int>(status));
  if (status == CUPTI_ERROR_UNKNOWN)
    throw CudaError(ErrorKind::kNoCupti, api.library.path() + " does not work with this driver",
                    "install the CUPTI of CUDA " + dotted_version(driver().version) + " or older",
                    static_cast<int>(status));
  check(status, "cuptiSubscribe");
  return subscriber;
}

// Calls `act` with each primary context that is in use.
template <typename Act>
void for_each_context(const DriverApi& cuda, Act act) {
  int count = 0;
  check(cuda.cuDeviceGetCount(&count), "cuDeviceGetCount");
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    CUdevice device = 0;
    unsigned flags = 0;
    int active = 0;
    check(cuda.cuDeviceGet(&device, ordinal), "cuDeviceGet");
    check(cuda.cuDevicePrimaryCtxGetState(device, &flags, &active), "cuDevicePrimaryCtxGetState");
    if (active != 0) act(device);
  }
}

void synchronise_devices(const DriverApi& cuda) {
  for_each_context(cuda, [&](CUdevice device) {
    CUcontext context = nullptr;
    check(cuda.cuDevicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
    cuda.cuCtxPushCurrent(context);
    const CUresult status = cuda.cuCtxSynchronize();
    cuda.cuCtxPopCurrent(nullptr);
    cuda.cuDevicePrimaryCtxRelease(device);
    check(status, "cuCtxSynchronize");
  });
}

}  // namespace

CuptiSession::CuptiSession(SessionOptions options) : CuptiSession(options, ignore, nullptr) {}

CuptiSession::CuptiSession(SessionOptions options, CUpti_CallbackFunc callback, void* user_data)
    : options_(options), api_((driver(), cupti())) {
  subscriber_ = subscribe(api_, callback, user_data);
  try {
    if (options_.latency_timestamps) {
      int count = 0;  // an error before cuInit
      if (driver().cuDeviceGetCount(&count) == CUDA_SUCCESS)
        for_each_context(driver(), [](CUdevice) {
          throw CudaError(ErrorKind::kRefused, "latency timestamps must precede the use of CUDA",
                          "ask for them first thing in a fresh process");
        });
      check(api_.cuptiActivityEnableLatencyTimestamps(1), "cuptiActivityEnableLatencyTimestamps");
    }
    // The kernel's thread ids: those that the host's own records and other profilers have.
    check(api_.cuptiSetThreadIdType(CUPTI_ACTIVITY_THREAD_ID_TYPE_SYSTEM), "cuptiSetThreadIdType");
    initialised_driver();
    choose_calls();
  } catch (...) {
    api_.cuptiUnsubscribe(subscriber_);
    throw;
  }
}

CuptiSession::~CuptiSession() {
  if (running_) disable();
  if (options_.latency_timestamps) api_.cuptiActivityEnableLatencyTimestamps(0);
  api_.cuptiUnsubscribe(subscriber_);
}

void CuptiSession::start() {
  if (running_) throw CudaError(ErrorKind::kRefused, "the CUPTI session has begun already");
  // What a session left behind that failed comes back now, and is forgotten.
  api_.cuptiActivityFlushAll(1);
  ActivityBuffers::instance().reset(options_.buffer_bytes, options_.most_bytes);
  // No timestamp callback, ever: a second registration corrupts the next session's first records.
  std::uint8_t zeroed = 1;
  std::size_t size = sizeof zeroed;
  // Only spares CUPTI work; a library that does not know it zeroes the buffers itself.
  api_.cuptiActivitySetAttribute(CUPTI_ACTIVITY_ATTR_ZEROED_OUT_ACTIVITY_BUFFER, &size, &zeroed);
  check(api_.cuptiActivityRegisterCallbacks(ActivityBuffers::request, ActivityBuffers::complete),
        "cuptiActivityRegisterCallbacks");
  std::size_t earlier = 0;  // the question sets the count to 0
  api_.cuptiActivityGetNumDroppedRecords(nullptr, 0, &earlier);
  running_ = true;
  try {
    enable();
    check_clock();
  } catch (...) {
    disable();
    throw;
  }
}

void CuptiSession::choose_calls() {
  wanted_ = options_.all_calls ? tracing_calls(api_) : launch_calls();
  unwanted_ = known_calls(api_);
  for (const auto& wanted : wanted_) unwanted_.erase(wanted);
}

void CuptiSession::watch(bool all_calls) {
  require_running();
  if (options_.all_calls == all_calls) return;
  options_.all_calls = all_calls;
  watch_calls(false);
  choose_calls();
  watch_calls(true);
}

SessionRecords CuptiSession::cut() {
  require_running();
  try {
    settle();
  } catch (...) {
    disable();
    throw;
  }
  return take();
}

SessionRecords CuptiSession::stop() {
  require_running();
  try {
    watch_calls(false);  // the wait below is not the program's
    settle();
  } catch (...) {
    disable();
    throw;
  }
  disable();
  return take();
}

void CuptiSession::require_running() const {
  if (!running_) throw CudaError(ErrorKind::kRefused, "the CUPTI session has not begun");
}

// Has CUPTI give back what it has recorded.
void CuptiSession::settle() {
  synchronise_devices(driver());
  check_clock();
  // Not forced: every device is idle, so every record is complete.
  check(api_.cuptiActivityFlushAll(0), "cuptiActivityFlushAll");
}

SessionRecords CuptiSession::take() const {
  std::size_t dropped = 0;
  check(api_.cuptiActivityGetNumDroppedRecords(nullptr, 0, &dropped),
        "cuptiActivityGetNumDroppedRecords");
  auto& buffers = ActivityBuffers::instance();
  const std::size_t declined = buffers.declined();
  const auto filled = buffers.filled();
  if (dropped != 0 || declined != 0) {
    buffers.reuse(filled.size());
    throw CudaError(ErrorKind::kRefused,
                    dropped != 0 ? "CUPTI dropped " + std::to_string(dropped) + " records"
                                 : std::string("CUPTI got no more memory for its records"),
                    "measure a shorter run");
  }
  const CallName name = [&](bool runtime, std::uint32_t cbid) {
    const char* text = nullptr;
    const auto domain = runtime ? CUPTI_CB_DOMAIN_RUNTIME_API : CUPTI_CB_DOMAIN_DRIVER_API;
    return api_.cuptiGetCallbackName(domain, cbid, &text) == CUPTI_SUCCESS ? text : nullptr;
  };
  SessionRecords records = decode(filled, {api_.cuptiActivityGetNextRecord, name, &wanted_});
  buffers.reuse(filled.size());
  return records;
}

void CuptiSession::enable() {
  for (const CUpti_ActivityKind kind : kKinds)
    check(api_.cuptiActivityEnable(kind), "cuptiActivityEnable");
  watch_calls(true);
}

void CuptiSession::disable() noexcept {
  running_ = false;
  for (const CUpti_ActivityKind kind : kKinds) api_.cuptiActivityDisable(kind);
  watch_calls(false);
}

// All calls, less those that are not wanted. The other way round is not enough: a call that is
// switched on by itself when a context exists already is not recorded (seen with CUDA 13.0). An
// older library has no switches; the decoder leaves out what was not asked for.
void CuptiSession::watch_calls(bool enable) {
  for (const auto kind : {CUPTI_ACTIVITY_KIND_RUNTIME, CUPTI_ACTIVITY_KIND_DRIVER})
    if (enable)
      check(api_.cuptiActivityEnable(kind), "cuptiActivityEnable");
    else
      api_.cuptiActivityDisable(kind);
  if (!enable || api_.cuptiActivityEnableRuntimeApi == nullptr ||
      api_.cuptiActivityEnableDriverApi == nullptr)
    return;
  for (const auto& [runtime, cbid] : unwanted_)
    (runtime ? api_.cuptiActivityEnableRuntimeApi : api_.cuptiActivityEnableDriverApi)(cbid, 0);
}

// CUPTI's times are compared with the host's own: both must be CLOCK_REALTIME.
void CuptiSession::check_clock() const {
  std::uint64_t theirs = 0;
  const std::int64_t before = realtime();
  check(api_.cuptiGetTimestamp(&theirs), "cuptiGetTimestamp");
  const std::int64_t after = realtime();
  const auto time = static_cast<std::int64_t>(theirs);
  if (time < before - kMostClockOffset || time > after + kMostClockOffset)
    throw CudaError(ErrorKind::kRefused, "CUPTI's clock is not the host's CLOCK_REALTIME",
                    "another tool of this process has changed it: measure in a fresh process; under"
                    " WSL 2 CUPTI has a clock of its own, and skipx does not measure");
}

}  // namespace skipx::cuda
