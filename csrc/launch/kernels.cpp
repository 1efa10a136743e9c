#include "launch/kernels.hpp"

#include <algorithm>
#include <stdexcept>

namespace skipx::launch {

namespace {

constexpr const char* kHead = R"(.version 7.8
.target sm_75
.address_size 64
)";

// The reads are relaxed at system scope: the host opens the gate while the kernel runs.
constexpr const char* kGateBody = R"((.param .u64 word)
{
  .reg .pred %open, %late;
  .reg .u32 %value;
  .reg .u64 %word, %begin, %now;
  ld.param.u64 %word, [word];
  mov.u64 %begin, %globaltimer;
wait:
  ld.relaxed.sys.u32 %value, [%word];
  setp.ne.u32 %open, %value, 0;
  @%open bra done;
  mov.u64 %now, %globaltimer;
  sub.u64 %now, %now, %begin;
  setp.gt.u64 %late, %now, )";
constexpr const char* kGateEnd = R"(;
  @!%late bra wait;
  st.relaxed.sys.u32 [%word], )";
constexpr const char* kGateTail = R"(;
done:
  ret;
}
)";

}  // namespace

std::string null_kernel_name(int argument_bytes) {
  if (std::ranges::find(kArgumentBytes, argument_bytes) == kArgumentBytes.end())
    throw std::invalid_argument("no null kernel takes " + std::to_string(argument_bytes) +
                                " bytes of arguments");
  return "skipx_null_" + std::to_string(argument_bytes);
}

std::string device_code() {
  std::string text = kHead;
  for (const int bytes : kArgumentBytes) {
    text += ".visible .entry " + null_kernel_name(bytes) + "(";
    if (bytes > 0) text += ".param .align 8 .b8 argument[" + std::to_string(bytes) + "]";
    text += ")\n{\n  ret;\n}\n";
  }
  text += std::string(".visible .entry ") + kGateKernel + kGateBody;
  text += std::to_string(kGatePatienceNs) + kGateEnd + std::to_string(kGateTimedOut) + kGateTail;
  return text;
}

}  // namespace skipx::launch
