// The stand-in of libcupti: one subscriber, callbacks around calls, and activity records. The
// script can make it decline (holder), drop (dropped), tell times that cannot be (early), add a
// profiler pause (overhead), join graphs in the first session only (graphs_once), and fail any call
// by its name.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "cupti_state.hpp"

using standin::Cupti;
using standin::cupti_state;

namespace {

CUptiResult failing(const char* call) {
  return static_cast<CUptiResult>(standin::failure_of(call));
}

#define CUPTI_ENTER(call)                       \
  const std::lock_guard guard(standin::lock()); \
  if (const CUptiResult failure = failing(call); failure != CUPTI_SUCCESS) return failure

void call_back(const standin::Call& call, CUpti_ApiCallbackSite site) {
  const Cupti& cupti = cupti_state();
  if (cupti.callback == nullptr || !cupti.callbacks.contains({call.runtime, call.cbid})) return;
  std::uint64_t data_of_call = 0;
  CUpti_CallbackData data{};
  data.callbackSite = site;
  data.functionName = call.name;
  data.functionParams = call.parameters;
  data.symbolName = call.symbol;
  data.contextUid = 1;
  data.correlationData = &data_of_call;
  data.correlationId = call.correlation;
  cupti.callback(cupti.user_data,
                 call.runtime ? CUPTI_CB_DOMAIN_RUNTIME_API : CUPTI_CB_DOMAIN_DRIVER_API, call.cbid,
                 &data);
}

void enter(const standin::Call& call) { call_back(call, CUPTI_API_ENTER); }

void leave(const standin::Call& call) {
  call_back(call, CUPTI_API_EXIT);
  if (standin::records_call(call)) standin::record_call(call);
}

void listen() {
  standin::sink() = {enter, leave,
                     [](const standin::Activity& activity) { standin::record_activity(activity); }};
}

[[maybe_unused]] void switch_call(const std::pair<bool, std::uint32_t>& call, bool on) {
  if (on)
    cupti_state().switched_off.erase(call);
  else
    cupti_state().switched_off.insert(call);
}

CUptiResult subscribe(CUpti_SubscriberHandle* subscriber, CUpti_CallbackFunc callback, void* data) {
  Cupti& cupti = cupti_state();
  if (cupti.subscribed || standin::script().texts.contains("holder"))
    return CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED;
  cupti.subscribed = true;
  cupti.callback = callback;
  cupti.user_data = data;
  *subscriber = reinterpret_cast<CUpti_SubscriberHandle>(&cupti);
  listen();
  return CUPTI_SUCCESS;
}

}  // namespace

namespace standin {

Cupti& cupti_state() {
  static Cupti state;
  return state;
}

}  // namespace standin

extern "C" {

CUptiResult cuptiGetVersion(std::uint32_t* version) {
#ifdef STANDIN_OLD
  *version = 19;
#else
  *version = 130000;
#endif
  return CUPTI_SUCCESS;
}

CUptiResult cuptiGetResultString(CUptiResult result, const char** text) {
  *text = result == CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED
              ? "CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED"
              : "CUPTI_ERROR_OF_THE_SCRIPT";
  return CUPTI_SUCCESS;
}

CUptiResult cuptiGetTimestamp(std::uint64_t* time) {
  *time = static_cast<std::uint64_t>(standin::now() + standin::script().number("clock_offset"));
  return CUPTI_SUCCESS;
}

CUptiResult cuptiGetLastError() { return CUPTI_SUCCESS; }

CUptiResult cuptiSubscribe(CUpti_SubscriberHandle* subscriber, CUpti_CallbackFunc callback,
                           void* data) {
  CUPTI_ENTER("cuptiSubscribe");
  return subscribe(subscriber, callback, data);
}

CUptiResult cuptiUnsubscribe(CUpti_SubscriberHandle) {
  CUPTI_ENTER("cuptiUnsubscribe");
  Cupti& cupti = cupti_state();
  cupti.subscribed = false;
  cupti.callback = nullptr;
  cupti.callbacks.clear();
  return CUPTI_SUCCESS;
}

CUptiResult cuptiEnableCallback(std::uint32_t enable, CUpti_SubscriberHandle,
                                CUpti_CallbackDomain domain, CUpti_CallbackId cbid) {
  CUPTI_ENTER("cuptiEnableCallback");
  const std::pair key{domain == CUPTI_CB_DOMAIN_RUNTIME_API, cbid};
  if (enable)
    cupti_state().callbacks.insert(key);
  else
    cupti_state().callbacks.erase(key);
  return CUPTI_SUCCESS;
}

CUptiResult cuptiEnableDomain(std::uint32_t, CUpti_SubscriberHandle, CUpti_CallbackDomain) {
  CUPTI_ENTER("cuptiEnableDomain");
  return CUPTI_SUCCESS;
}

CUptiResult cuptiGetCallbackName(CUpti_CallbackDomain domain, std::uint32_t cbid,
                                 const char** name) {
  static const std::map<std::pair<bool, std::uint32_t>, const char*> names = {
      {{true, 41}, "cudaMemcpyAsync_v3020"},
      {{true, 51}, "cudaMemsetAsync_v3020"},
      {{true, 131}, "cudaStreamSynchronize_v3020"},
      {{true, 165}, "cudaDeviceSynchronize_v3020"},
      {{true, 211}, "cudaLaunchKernel_v7000"},
      {{true, 311}, "cudaGraphLaunch_v10000"},
      {{true, 430}, "cudaLaunchKernelExC_v11060"},
      {{false, 17}, "cuCtxSynchronize"},
      {{false, 121}, "cuEventSynchronize"},
      {{false, 126}, "cuStreamSynchronize"},
      {{false, 216}, "cuMemsetD8Async"},
      {{false, 249}, "cuMemsetD8_v2"},
      {{false, 307}, "cuLaunchKernel"},
      {{false, 477}, "cuLaunchCooperativeKernel"},
      {{false, 514}, "cuGraphLaunch"},
      {{false, 652}, "cuLaunchKernelEx"}};
  const auto found = names.find({domain == CUPTI_CB_DOMAIN_RUNTIME_API, cbid});
  if (found == names.end()) return CUPTI_ERROR_INVALID_PARAMETER;
  *name = found->second;
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivityRegisterCallbacks(CUpti_BuffersCallbackRequestFunc request,
                                           CUpti_BuffersCallbackCompleteFunc complete) {
  CUPTI_ENTER("cuptiActivityRegisterCallbacks");
  cupti_state().request = request;
  cupti_state().complete = complete;
  listen();
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivityEnable(CUpti_ActivityKind kind) {
  CUPTI_ENTER("cuptiActivityEnable");
  if (cupti_state().kinds.insert(kind).second && kind == CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL)
    ++cupti_state().kernel_sessions;
  // As the library does: a kind that is switched on forgets which of its calls were off.
  if (kind == CUPTI_ACTIVITY_KIND_RUNTIME || kind == CUPTI_ACTIVITY_KIND_DRIVER)
    std::erase_if(cupti_state().switched_off, [&](const auto& call) {
      return call.first == (kind == CUPTI_ACTIVITY_KIND_RUNTIME);
    });
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivityDisable(CUpti_ActivityKind kind) {
  CUPTI_ENTER("cuptiActivityDisable");
  cupti_state().kinds.erase(kind);
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivityFlushAll(std::uint32_t) {
  CUPTI_ENTER("cuptiActivityFlushAll");
  // As its header says: not before there are callbacks to deliver to.
  if (cupti_state().request == nullptr) return CUPTI_ERROR_INVALID_OPERATION;
  const std::int64_t end = standin::now();
  if (const std::int64_t length = standin::script().number("overhead"); length != 0)
    standin::record_overhead(end - length, end);
  standin::give_back_buffer();
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivityGetNextRecord(std::uint8_t* buffer, std::size_t size,
                                       CUpti_Activity** record) {
  std::uint8_t* next = buffer;
  if (*record != nullptr) {
    const std::size_t length = standin::record_size((*record)->kind);
    if (length == 0) return CUPTI_ERROR_INVALID_KIND;
    next = reinterpret_cast<std::uint8_t*>(*record) + length;
  }
  if (next >= buffer + size) return CUPTI_ERROR_MAX_LIMIT_REACHED;
  *record = reinterpret_cast<CUpti_Activity*>(next);
  if ((*record)->kind == CUPTI_ACTIVITY_KIND_INVALID) return CUPTI_ERROR_MAX_LIMIT_REACHED;
  return standin::record_size((*record)->kind) ? CUPTI_SUCCESS : CUPTI_ERROR_INVALID_KIND;
}

CUptiResult cuptiActivityGetNumDroppedRecords(CUcontext, std::uint32_t, std::size_t* dropped) {
  CUPTI_ENTER("cuptiActivityGetNumDroppedRecords");
  *dropped = std::exchange(cupti_state().dropped, 0) +
             static_cast<std::size_t>(standin::script().number("dropped"));
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivitySetAttribute(CUpti_ActivityAttribute, std::size_t*, void*) {
  CUPTI_ENTER("cuptiActivitySetAttribute");
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivityEnableLatencyTimestamps(std::uint8_t enable) {
  CUPTI_ENTER("cuptiActivityEnableLatencyTimestamps");
  cupti_state().latency_timestamps = enable != 0;
  return CUPTI_SUCCESS;
}

CUptiResult cuptiSetThreadIdType(CUpti_ActivityThreadIdType) { return CUPTI_SUCCESS; }

#ifndef STANDIN_OLD
CUptiResult cuptiSubscribe_v2(CUpti_SubscriberHandle* subscriber, CUpti_CallbackFunc callback,
                              void* data, CUpti_SubscriberParams* parameters) {
  CUPTI_ENTER("cuptiSubscribe_v2");
  const CUptiResult result = subscribe(subscriber, callback, data);
  if (result == CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED && parameters != nullptr &&
      parameters->oldSubscriberName != nullptr) {
    const auto& texts = standin::script().texts;
    std::snprintf(parameters->oldSubscriberName, parameters->oldSubscriberSize, "%s",
                  texts.contains("holder") ? texts.at("holder").c_str() : "this process");
  }
  return result;
}

CUptiResult cuptiGetErrorMessage(CUptiResult, const char** text) {
  *text = "as the script says";
  return CUPTI_SUCCESS;
}

// A call that is switched on while its kind is off is not recorded, as where a context exists.
CUptiResult cuptiActivityEnableDriverApi(CUpti_CallbackId cbid, std::uint8_t enable) {
  CUPTI_ENTER("cuptiActivityEnableDriverApi");
  switch_call({false, cbid}, enable != 0);
  return CUPTI_SUCCESS;
}

CUptiResult cuptiActivityEnableRuntimeApi(CUpti_CallbackId cbid, std::uint8_t enable) {
  CUPTI_ENTER("cuptiActivityEnableRuntimeApi");
  switch_call({true, cbid}, enable != 0);
  return CUPTI_SUCCESS;
}
#endif
}
