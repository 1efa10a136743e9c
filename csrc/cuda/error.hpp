// Why something of CUDA cannot be done, in one line, and what helps.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace skipx::cuda {

enum class ErrorKind {
  kNoDriver,
  kNoDevice,
  kNoCupti,
  kNoRuntime,
  kSubscriberTaken,  // another tool of this process holds CUPTI
  kTooOld,           // a library without the function that is needed
  kCall,             // a CUDA call that failed
  kRefused,          // a measurement that broke its own checks
};

class CudaError : public std::runtime_error {
 public:
  CudaError(ErrorKind kind, const std::string& what, std::string hint = {}, int status = 0)
      : std::runtime_error(what), kind_(kind), hint_(std::move(hint)), status_(status) {}

  ErrorKind kind() const { return kind_; }
  const std::string& hint() const { return hint_; }
  // The number that the call returned; 0 where no call failed.
  int status() const { return status_; }

 private:
  ErrorKind kind_;
  std::string hint_;
  int status_;
};

}  // namespace skipx::cuda
