// The stand-in of libcuda: initialisation, devices, contexts, streams and events.
#include <cstdio>
#include <cstring>

#include "device.hpp"

using standin::Event;
using standin::Stream;

namespace {

thread_local std::vector<CUcontext> contexts;
std::map<CUdevice, int> primary_users;
bool initialised = false;

int device_count() { return static_cast<int>(standin::script().number("devices")); }

CUcontext context_of(CUdevice device) {
  return reinterpret_cast<CUcontext>(static_cast<std::uintptr_t>(device) + 1);
}

Event& event_of(CUevent handle) { return *reinterpret_cast<Event*>(handle); }

CUresult new_stream(CUstream* out, unsigned flags) {
  static std::uint32_t next = 13;
  standin::streams().push_back(std::make_unique<Stream>(Stream{.id = next++, .flags = flags}));
  *out = reinterpret_cast<CUstream>(standin::streams().back().get());
  return CUDA_SUCCESS;
}

}  // namespace

extern "C" {

CUresult cuInit(unsigned) {
  const auto result = static_cast<CUresult>(standin::script().number("init"));
  initialised = result == CUDA_SUCCESS;
  return result;
}

CUresult cuDriverGetVersion(int* version) {
  *version = static_cast<int>(standin::script().number("version"));
  return CUDA_SUCCESS;
}

CUresult cuGetErrorName(CUresult error, const char** text) {
  switch (error) {
    case CUDA_SUCCESS:
      *text = "CUDA_SUCCESS";
      return CUDA_SUCCESS;
    case CUDA_ERROR_NO_DEVICE:
      *text = "CUDA_ERROR_NO_DEVICE";
      return CUDA_SUCCESS;
    case CUDA_ERROR_INVALID_VALUE:
      *text = "CUDA_ERROR_INVALID_VALUE";
      return CUDA_SUCCESS;
    case CUDA_ERROR_ILLEGAL_ADDRESS:
      *text = "CUDA_ERROR_ILLEGAL_ADDRESS";
      return CUDA_SUCCESS;
    default:
      *text = nullptr;
      return CUDA_ERROR_INVALID_VALUE;
  }
}

CUresult cuGetErrorString(CUresult, const char** text) {
  *text = "as the script says";
  return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int* count) {
  if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
  *count = device_count();
  return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  if (ordinal < 0 || ordinal >= device_count()) return CUDA_ERROR_INVALID_DEVICE;
  *device = ordinal;
  return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char* name, int size, CUdevice device) {
  std::snprintf(name, static_cast<std::size_t>(size), "Virtual GPU %d", device);
  return CUDA_SUCCESS;
}

CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice) {
  switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
      *value = 132;
      break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
      *value = 9;
      break;
    case CU_DEVICE_ATTRIBUTE_CLOCK_RATE:
      *value = static_cast<int>(1000 * standin::script().number("sm_mhz_most"));
      break;
    case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE:
      *value = 1 << 20;
      break;
    case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
      *value = 1024;
      break;
    case CU_DEVICE_ATTRIBUTE_WARP_SIZE:
      *value = 32;
      break;
    default:
      *value = 0;
  }
  return CUDA_SUCCESS;
}

CUresult cuDeviceGetPCIBusId(char* text, int size, CUdevice device) {
  std::snprintf(text, static_cast<std::size_t>(size), "0000:%02x:00.0", device);
  return CUDA_SUCCESS;
}

CUresult cuDeviceGetUuid(CUuuid* uuid, CUdevice device) {
  std::memset(uuid, device + 1, sizeof *uuid);
  return CUDA_SUCCESS;
}

CUresult cuDeviceTotalMem(std::size_t* bytes, CUdevice) {
  *bytes = std::size_t{1} << 34;
  return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  STANDIN_ENTER("cuDevicePrimaryCtxRetain");
  *context = context_of(device);
  ++primary_users[device];
  return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease(CUdevice device) {
  return --primary_users[device] >= 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  *flags = 0;
  *active = primary_users[device] > 0;
  return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext* context) {
  *context = contexts.empty() ? nullptr : contexts.back();
  return CUDA_SUCCESS;
}

CUresult cuCtxSetCurrent(CUcontext context) {
  if (!contexts.empty()) contexts.pop_back();
  if (context != nullptr) contexts.push_back(context);
  return CUDA_SUCCESS;
}

CUresult cuCtxPushCurrent(CUcontext context) {
  contexts.push_back(context);
  return CUDA_SUCCESS;
}

CUresult cuCtxPopCurrent(CUcontext* context) {
  if (contexts.empty()) return CUDA_ERROR_INVALID_CONTEXT;
  if (context != nullptr) *context = contexts.back();
  contexts.pop_back();
  return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice* device) {
  if (contexts.empty()) return CUDA_ERROR_INVALID_CONTEXT;
  *device = static_cast<CUdevice>(reinterpret_cast<std::uintptr_t>(contexts.back()) - 1);
  return CUDA_SUCCESS;
}

CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  *least = 0;
  *greatest = -5;
  return CUDA_SUCCESS;
}

CUresult cuCtxSynchronize() {
  STANDIN_ENTER("cuCtxSynchronize");
  const standin::Traced traced(false, 17, "cuCtxSynchronize");
  standin::synchronise_all();
  return CUDA_SUCCESS;
}

CUresult cuStreamCreate(CUstream* stream, unsigned flags) {
  STANDIN_ENTER("cuStreamCreate");
  return new_stream(stream, flags);
}

CUresult cuStreamCreateWithPriority(CUstream* stream, unsigned flags, int) {
  STANDIN_ENTER("cuStreamCreate");
  return new_stream(stream, flags);
}

CUresult cuStreamDestroy(CUstream stream) {
  STANDIN_ENTER("cuStreamDestroy");
  std::erase_if(standin::streams(),
                [&](const auto& one) { return reinterpret_cast<CUstream>(one.get()) == stream; });
  return CUDA_SUCCESS;
}

CUresult cuStreamSynchronize(CUstream stream) {
  STANDIN_ENTER("cuStreamSynchronize");
  if (standin::stream_of(stream).capture) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  const standin::Traced traced(false, 126, "cuStreamSynchronize");
  standin::synchronise(standin::stream_of(stream));
  return CUDA_SUCCESS;
}

CUresult cuStreamQuery(CUstream stream) {
  STANDIN_ENTER("cuStreamQuery");
  return standin::stream_of(stream).free_at <= standin::now() ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

CUresult cuStreamGetFlags(CUstream stream, unsigned* flags) {
  *flags = standin::stream_of(stream).flags;
  return CUDA_SUCCESS;
}

CUresult cuStreamWaitEvent(CUstream handle, CUevent event, unsigned) {
  STANDIN_ENTER("cuStreamWaitEvent");
  Stream& stream = standin::stream_of(handle);
  const Event& awaited = event_of(event);
  if (awaited.capture != nullptr) {
    // As the driver does: a stream that waits for a captured event joins the capture.
    stream.capture = awaited.capture;
    stream.tips.insert(stream.tips.end(), awaited.tips.begin(), awaited.tips.end());
  } else {
    stream.free_at = std::max(stream.free_at, awaited.time);
  }
  return CUDA_SUCCESS;
}

CUresult cuStreamBeginCapture(CUstream handle, CUstreamCaptureMode) {
  STANDIN_ENTER("cuStreamBeginCapture");
  Stream& stream = standin::stream_of(handle);
  if (stream.capture != nullptr) return CUDA_ERROR_ILLEGAL_STATE;
  stream.capture = standin::new_graph();
  stream.tips.clear();
  return CUDA_SUCCESS;
}

CUresult cuStreamEndCapture(CUstream handle, CUgraph* graph) {
  STANDIN_ENTER("cuStreamEndCapture");
  Stream& stream = standin::stream_of(handle);
  if (stream.capture == nullptr) return CUDA_ERROR_ILLEGAL_STATE;
  standin::Graph* const whole = stream.capture;
  for (const auto& other : standin::streams())
    if (other->capture == whole) {
      other->capture = nullptr;
      other->tips.clear();
    }
  *graph = reinterpret_cast<CUgraph>(whole);
  return CUDA_SUCCESS;
}

CUresult cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus* status) {
  *status = standin::stream_of(stream).capture ? CU_STREAM_CAPTURE_STATUS_ACTIVE
                                               : CU_STREAM_CAPTURE_STATUS_NONE;
  return CUDA_SUCCESS;
}

CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode*) { return CUDA_SUCCESS; }

CUresult cuLaunchHostFunc(CUstream stream, CUhostFn function, void* data) {
  STANDIN_ENTER("cuLaunchHostFunc");
  standin::synchronise(standin::stream_of(stream));
  function(data);
  return CUDA_SUCCESS;
}

CUresult cuEventCreate(CUevent* event, unsigned) {
  *event = reinterpret_cast<CUevent>(new Event);
  return CUDA_SUCCESS;
}

CUresult cuEventDestroy(CUevent event) {
  delete &event_of(event);
  return CUDA_SUCCESS;
}

CUresult cuEventRecord(CUevent event, CUstream handle) {
  STANDIN_ENTER("cuEventRecord");
  const Stream& stream = standin::stream_of(handle);
  event_of(event) = {std::max(stream.free_at, standin::now()), stream.capture, stream.tips};
  return CUDA_SUCCESS;
}

CUresult cuEventSynchronize(CUevent event) {
  STANDIN_ENTER("cuEventSynchronize");
  const standin::Traced traced(false, 121, "cuEventSynchronize");
  standin::synchronise_until(event_of(event).time);
  return CUDA_SUCCESS;
}

CUresult cuEventQuery(CUevent event) {
  return event_of(event).time <= standin::now() ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

#ifdef STANDIN_OLD
#undef cuEventElapsedTime
#endif
CUresult cuEventElapsedTime(float* milliseconds, CUevent first, CUevent last) {
  if (event_of(first).time < 0 || event_of(last).time < 0) return CUDA_ERROR_INVALID_HANDLE;
  *milliseconds = static_cast<float>(event_of(last).time - event_of(first).time) / 1e6f;
  return CUDA_SUCCESS;
}
}
