// Records launches as a program makes them, from CUPTI's callbacks of the driver API.
#pragma once

#include <cupti.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "cuda/cupti.hpp"
#include "cuda/driver.hpp"
#include "replay/launch.hpp"

namespace skipx::replay {

// A recording pass of its own, never while timing: each launch is slowed by the copying.
class CallRecorder {
 public:
  // At most `limit` launches are kept; what follows is counted.
  CallRecorder(const cuda::DriverApi& driver, const cuda::CuptiApi& cupti, std::size_t limit);
  ~CallRecorder();
  CallRecorder(const CallRecorder&) = delete;
  CallRecorder& operator=(const CallRecorder&) = delete;

  // Throws CudaError (kSubscriberTaken) where another tool holds CUPTI.
  void start();

  // Ends the pass. Throws CudaError (kRefused) where launches could not be copied, and says why.
  Recording stop();

  // Launches that came after the limit.
  std::size_t left_out() const { return left_out_; }

  // Takes one call of the driver API as CUPTI describes it; calls of other kinds are ignored.
  void record(CUpti_CallbackId call, const void* parameters);

 private:
  static void CUPTIAPI on_callback(void* self, CUpti_CallbackDomain domain, CUpti_CallbackId call,
                                   const void* data);
  void add(Launch launch, CUstream stream);
  void add_kernel(CUfunction function, const CUlaunchConfig& config, void** arguments,
                  void** extra);
  void add_memset(const MemsetLaunch& memset, CUstream stream);
  void unsubscribe();

  const cuda::DriverApi& driver_;
  const cuda::CuptiApi& cupti_;
  const std::size_t limit_;
  CUpti_SubscriberHandle subscriber_ = nullptr;
  std::mutex mutex_;  // Threads of the program launch at the same time.
  Recording recording_;
  std::unordered_map<CUstream, std::size_t> last_on_stream_;
  std::size_t left_out_ = 0;
  std::size_t failures_ = 0;
  std::string first_failure_;
};

}  // namespace skipx::replay
