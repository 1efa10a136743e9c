// A CUPTI session: from start to stop, what the devices did and which calls made them do it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cuda/activity.hpp"
#include "cuda/activity_buffers.hpp"
#include "cuda/cupti.hpp"

namespace skipx::cuda {

struct SessionOptions {
  // Beside the launches: calls that wait, copy and set, without which a trace cannot tell what the
  // host waited for. Each recorded call costs time: launch measurements leave them out.
  bool all_calls = true;
  // When the driver had a kernel queued and submitted; only before CUDA is initialised.
  bool latency_timestamps = false;
  std::size_t buffer_bytes = std::size_t{4} << 20;
  // What a session may hold at most; CUPTI drops what is beyond, and stop() refuses the session.
  std::size_t most_bytes = std::size_t{4} << 30;
};

// One at a time in a process. The constructor takes CUPTI's only subscriber, so that no other tool
// can disturb the session, and throws CudaError: kNoDriver, kNoCupti, kTooOld, kSubscriberTaken.
class CuptiSession {
 public:
  explicit CuptiSession(SessionOptions options = {});
  ~CuptiSession();
  CuptiSession(const CuptiSession&) = delete;
  CuptiSession& operator=(const CuptiSession&) = delete;

  // The subscriber: callbacks may be enabled on it, and go to `callback` of the constructor below.
  CUpti_SubscriberHandle subscriber() const { return subscriber_; }
  CuptiSession(SessionOptions options, CUpti_CallbackFunc callback, void* user_data);

  void start();

  // From here on `all_calls` is that; of a session that has begun.
  void watch(bool all_calls);

  // What was recorded since the start or the last cut; the session goes on. Fails as stop() does;
  // where records were dropped, it goes on all the same.
  SessionRecords cut();

  // Waits for all devices in use, flushes and decodes. Throws CudaError: kRefused where records
  // were dropped or CUPTI's clock is not the host's, kCall where CUPTI fails. The session is over
  // in any case; a next start() begins afresh.
  SessionRecords stop();

 private:
  void choose_calls();
  void enable();
  void disable() noexcept;
  void require_running() const;
  void settle();
  SessionRecords take() const;
  void watch_calls(bool enable);
  void check_clock() const;

  SessionOptions options_;
  const CuptiApi& api_;
  CUpti_SubscriberHandle subscriber_ = nullptr;
  CallIds wanted_, unwanted_;
  bool running_ = false;
};

}  // namespace skipx::cuda
