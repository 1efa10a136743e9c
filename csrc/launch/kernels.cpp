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

// Both ends are ticks: the timer's step, up to 1 us on some GPUs, is then no error of the ratio.
constexpr const char* kSpinBody = R"((.param .u64 length, .param .u64 result)
{
  .reg .pred %more, %stuck;
  .reg .u64 %length, %result, %before, %begin, %now, %start, %cycles, %passed;
  ld.param.u64 %length, [length];
  ld.param.u64 %result, [result];
  mov.u64 %passed, 0;
  mov.u64 %start, %clock64;
  mov.u64 %before, %globaltimer;
tick:
  mov.u64 %begin, %globaltimer;
  mov.u64 %cycles, %clock64;
  sub.u64 %now, %cycles, %start;
  setp.gt.u64 %stuck, %now, )";
constexpr const char* kSpinMiddle = R"(;
  @%stuck bra failed;
  setp.eq.u64 %more, %begin, %before;
  @%more bra tick;
  mov.u64 %start, %cycles;
spin:
  mov.u64 %passed, %globaltimer;
  mov.u64 %cycles, %clock64;
  sub.u64 %passed, %passed, %begin;
  sub.u64 %cycles, %cycles, %start;
  setp.gt.u64 %stuck, %cycles, )";
constexpr const char* kSpinTail = R"(;
  @%stuck bra failed;
  setp.lt.u64 %more, %passed, %length;
  @%more bra spin;
  bra.uni write;
failed:
  mov.u64 %cycles, 0;
  mov.u64 %passed, 0;
write:
  st.relaxed.sys.u64 [%result], %cycles;
  st.relaxed.sys.u64 [%result+8], %passed;
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
  text += std::string(".visible .entry ") + kSpinKernel + kSpinBody;
  text += std::to_string(kSpinPatience) + kSpinMiddle + std::to_string(kSpinPatience) + kSpinTail;
  return text;
}

}  // namespace skipx::launch
