// What the stand-in of libcupti knows: who subscribed, what is enabled, and the buffer in use.
#pragma once

#include <cupti.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "device.hpp"

namespace standin {

struct Cupti {
  bool subscribed = false;
  CUpti_CallbackFunc callback = nullptr;
  void* user_data = nullptr;
  std::set<std::pair<bool, std::uint32_t>> callbacks;  // runtime or driver, number of the call
  std::set<CUpti_ActivityKind> kinds;
  std::set<std::pair<bool, std::uint32_t>> switched_off;  // of a kind that is on
  CUpti_BuffersCallbackRequestFunc request = nullptr;
  CUpti_BuffersCallbackCompleteFunc complete = nullptr;
  int kernel_sessions = 0;  // how often kernels were switched on
  bool latency_timestamps = false;
  std::uint8_t* buffer = nullptr;
  std::size_t size = 0, used = 0;
  std::size_t dropped = 0;
};

Cupti& cupti_state();

bool records_call(const Call& call);
void record_call(const Call& call);
void record_activity(Activity activity);
void record_overhead(std::int64_t begin, std::int64_t end);
void give_back_buffer();
std::size_t record_size(CUpti_ActivityKind kind);

}  // namespace standin
