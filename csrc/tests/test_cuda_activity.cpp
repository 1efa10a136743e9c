// The decoder on buffers made by hand, stepped through by the real libcupti where there is one, and
// by the stand-ins with the record sizes of CUDA 12.0 and 13.0.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "cuda/activity.hpp"
#include "cuda/activity_names.hpp"
#include "cuda/error.hpp"
#include "cuda/launch_calls.hpp"
#include "cuda/library.hpp"

using skipx::cuda::CudaError;
using skipx::cuda::decode;
using skipx::cuda::Decoding;
using skipx::cuda::Library;
using skipx::cuda::NextRecord;
using skipx::cuda::SessionRecords;
using skipx::trace::Column;

namespace {

// Records one behind the other, as CUPTI lays them.
class Buffer {
 public:
  template <typename Record>
  Record& add(CUpti_ActivityKind kind) {
    bytes_.reserve(1 << 16);  // references stay good
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(Record));
    auto* const record = reinterpret_cast<Record*>(bytes_.data() + at);
    record->kind = kind;
    return *record;
  }

  std::span<std::uint8_t> span() { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

template <typename Kernel>
void add_kernel(Buffer& buffer, std::uint64_t start, std::uint32_t correlation, const char* name) {
  auto& kernel = buffer.add<Kernel>(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL);
  kernel.start = start;
  kernel.end = start + 1'250;
  kernel.deviceId = 1;
  kernel.streamId = 7;
  kernel.correlationId = correlation;
  kernel.name = name;
  kernel.gridX = 132;
  kernel.gridY = kernel.gridZ = 1;
  kernel.blockX = 256;
  kernel.blockY = kernel.blockZ = 1;
  kernel.queued = start - 3'000;
  kernel.submitted = start - 1'000;
  kernel.graphNodeId = 0x100000002;
}

template <typename Kernel, typename Memcpy, typename Overhead>
Buffer session_buffer() {
  Buffer buffer;
  add_kernel<Kernel>(buffer, 90'000, 12, "_Z4axpyPff");
  auto& call = buffer.add<CUpti_ActivityAPI>(CUPTI_ACTIVITY_KIND_RUNTIME);
  call.cbid = 211;
  call.start = 50'000;
  call.end = 52'000;
  call.processId = 41;
  call.threadId = 42;
  call.correlationId = 11;
  auto& copy = buffer.add<Memcpy>(CUPTI_ACTIVITY_KIND_MEMCPY);
  copy.copyKind = CUPTI_ACTIVITY_MEMCPY_KIND_HTOD;
  copy.srcKind = CUPTI_ACTIVITY_MEMORY_KIND_PINNED;
  copy.dstKind = CUPTI_ACTIVITY_MEMORY_KIND_DEVICE;
  copy.bytes = 4096;
  copy.start = 60'000;
  copy.end = 61'000;
  copy.correlationId = 13;
  copy.graphNodeId = 9;
  auto& overhead = buffer.add<Overhead>(CUPTI_ACTIVITY_KIND_OVERHEAD);
  overhead.overheadKind = CUPTI_ACTIVITY_OVERHEAD_CUPTI_BUFFER_FLUSH;
  overhead.start = 70'000;
  overhead.end = 80'000;
  auto& set = buffer.add<CUpti_ActivityMemset4>(CUPTI_ACTIVITY_KIND_MEMSET);
  set.bytes = 64;
  set.start = 62'000;
  set.end = 62'500;
  set.correlationId = 14;
  set.memoryKind = CUPTI_ACTIVITY_MEMORY_KIND_DEVICE;
  add_kernel<Kernel>(buffer, 54'000, 11, nullptr);
  auto& driver_call = buffer.add<CUpti_ActivityAPI>(CUPTI_ACTIVITY_KIND_DRIVER);
  driver_call.cbid = 307;
  driver_call.start = 69'000;
  driver_call.end = 71'000;
  driver_call.processId = 41;
  driver_call.threadId = 43;
  driver_call.correlationId = 12;
  return buffer;
}

const char* call_name(bool runtime, std::uint32_t cbid) {
  if (runtime) return cbid == 211 ? "cudaLaunchKernel_v7000" : nullptr;
  return cbid == 307 ? "cuLaunchKernel" : nullptr;
}

std::string name(const SessionRecords& records, std::int32_t index) {
  return std::string(records.names[static_cast<std::size_t>(index)]);
}

void check_session(const SessionRecords& records) {
  CHECK(records.records == 7);
  CHECK(records.unknown_kinds == 0);
  CHECK(records.calls.begin == Column<std::int64_t>{50'000, 69'000});
  CHECK(records.calls.dur == Column<std::int64_t>{2'000, 2'000});
  CHECK(records.calls.thread == Column<std::int32_t>{0, 1});
  CHECK(name(records, records.calls.name[0]) == "cudaLaunchKernel");
  REQUIRE(records.threads.size() == 2);
  CHECK(records.threads[1].pid == "41");
  CHECK(records.threads[1].tid == "43");

  const auto& activities = records.activities;
  CHECK(activities.begin == Column<std::int64_t>{54'000, 60'000, 62'000, 90'000});
  CHECK(activities.dur == Column<std::int64_t>{1'250, 1'000, 500, 1'250});
  CHECK(activities.correlation == Column<std::int64_t>{11, 13, 14, 12});
  CHECK(activities.bytes == Column<std::int64_t>{-1, 4096, 64, -1});
  CHECK(activities.kind == Column<std::int8_t>{0, 1, 2, 0});
  CHECK(activities.graph_node == Column<std::int64_t>{0x100000002, 9, 0, 0x100000002});
  CHECK(activities.device == Column<std::int32_t>{1, 0, 0, 1});
  CHECK(name(records, activities.name[0]) == "unnamed kernel");
  CHECK(name(records, activities.name[1]) == "Memcpy HtoD (Pinned -> Device)");
  CHECK(name(records, activities.name[2]) == "Memset (Device)");
  CHECK(name(records, activities.name[3]) == "axpy(float*, float)");
  CHECK(name(records, activities.shape[3]) == "grid [132,1,1] block [256,1,1]");
  CHECK(records.queued == Column<std::int64_t>{51'000, -1, -1, 87'000});
  CHECK(records.submitted == Column<std::int64_t>{53'000, -1, -1, 89'000});
  CHECK(records.overhead_begin == Column<std::int64_t>{70'000});
  // The last kernel was called before the flush and began after it.
  CHECK(records.flags == Column<std::int8_t>{0, 0, 0, skipx::cuda::kDuringOverhead});
  CHECK(records.clock_violations == 0);
}

SessionRecords decoded(Buffer& buffer, NextRecord next,
                       const skipx::cuda::CallIds* wanted = nullptr) {
  const std::vector<std::span<std::uint8_t>> buffers = {buffer.span()};
  return decode(buffers, {next, call_name, wanted});
}

std::optional<Library> library(const std::string& file) {
  std::vector<Library::Attempt> attempts;
  return Library::open({"SKIPX_UNSET", {file}, {SKIPX_STANDINS, "/usr/local/cuda/lib64"}},
                       attempts);
}

NextRecord walker(const std::optional<Library>& library) {
  return reinterpret_cast<NextRecord>(library->find("cuptiActivityGetNextRecord"));
}

// Never closed: what the library keeps for itself would count as lost.
const std::optional<Library>& real_cupti() {
  static const auto& cupti = *new auto(library("libcupti.so.13"));
  if (!cupti) MESSAGE("skipped: no libcupti.so.13 on this machine");
  return cupti;
}

using New = CUpti_ActivityKernel10;
using Old = CUpti_ActivityKernel8;

}  // namespace

TEST_CASE("records of CUDA 13.0") {
  const auto cupti = library("libstandin_cupti.so");
  auto buffer = session_buffer<New, CUpti_ActivityMemcpy6, CUpti_ActivityOverhead3>();
  check_session(decoded(buffer, walker(cupti)));
}

TEST_CASE("records of CUDA 12.0") {
  const auto cupti = library("libstandin_cupti_12_0.so");
  auto buffer = session_buffer<Old, CUpti_ActivityMemcpy5, CUpti_ActivityOverhead>();
  check_session(decoded(buffer, walker(cupti)));
}

TEST_CASE("the real libcupti 13 steps through the same records") {
  const auto& cupti = real_cupti();
  if (!cupti) return;
  auto buffer = session_buffer<New, CUpti_ActivityMemcpy6, CUpti_ActivityOverhead3>();
  check_session(decoded(buffer, walker(cupti)));
}

TEST_CASE("the real libcupti 13 has the calls that are recorded, under the names that they have") {
  const auto& cupti = real_cupti();
  if (!cupti) return;
  const auto name_call =
      reinterpret_cast<decltype(&cuptiGetCallbackName)>(cupti->find("cuptiGetCallbackName"));
  for (const auto& [runtime, cbid] : skipx::cuda::launch_calls()) {
    const char* text = nullptr;
    name_call(runtime ? CUPTI_CB_DOMAIN_RUNTIME_API : CUPTI_CB_DOMAIN_DRIVER_API, cbid, &text);
    REQUIRE((text != nullptr));
    CHECK(std::string(text).find("Launch") != std::string::npos);
    CHECK(skipx::cuda::plain_call_name(text).find("_v") == std::string_view::npos);
  }
}

TEST_CASE("buffers are read in any order, and an empty one is none") {
  const auto cupti = library("libstandin_cupti.so");
  Buffer late, none, early;
  add_kernel<New>(late, 2'000'000, 2, "b");
  add_kernel<New>(early, 1'000'000, 1, "a");
  const std::vector<std::span<std::uint8_t>> buffers = {late.span(), none.span(), early.span()};
  const SessionRecords records = decode(buffers, {walker(cupti), call_name, nullptr});
  CHECK(records.activities.correlation == Column<std::int64_t>{1, 2});
}

TEST_CASE("records without times are left out and counted") {
  const auto cupti = library("libstandin_cupti.so");
  Buffer buffer;
  add_kernel<New>(buffer, 1'000'000, 1, "a");
  buffer.add<New>(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL).correlationId = 2;
  buffer.add<CUpti_ActivityAPI>(CUPTI_ACTIVITY_KIND_RUNTIME).start = 5;
  const SessionRecords records = decoded(buffer, walker(cupti));
  CHECK(records.activities.begin.size() == 1);
  CHECK(records.calls.begin.empty());
  CHECK(records.untimed == 2);
}

TEST_CASE("only calls that were asked for are kept") {
  const auto cupti = library("libstandin_cupti.so");
  auto buffer = session_buffer<New, CUpti_ActivityMemcpy6, CUpti_ActivityOverhead3>();
  const skipx::cuda::CallIds wanted = {{false, 307}};
  const SessionRecords records = decoded(buffer, walker(cupti), &wanted);
  REQUIRE(records.calls.name.size() == 1);
  CHECK(name(records, records.calls.name[0]) == "cuLaunchKernel");
}

TEST_CASE("a buffer that cannot be stepped through is an error") {
  const auto cupti = library("libstandin_cupti.so");
  Buffer buffer;
  add_kernel<New>(buffer, 1'000'000, 1, "a");
  buffer.add<CUpti_ActivityAPI>(static_cast<CUpti_ActivityKind>(4711));
  CHECK_THROWS_AS(decoded(buffer, walker(cupti)), CudaError);
}

TEST_CASE("a kernel that ends before it begins breaks the clock") {
  const auto cupti = library("libstandin_cupti.so");
  Buffer buffer;
  auto& kernel = buffer.add<New>(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL);
  kernel.start = 2'000;
  kernel.end = 1'000;
  const SessionRecords records = decoded(buffer, walker(cupti));
  CHECK(records.clock_violations == 1);
  CHECK(records.activities.dur == Column<std::int64_t>{-1'000});
}

TEST_CASE("names of calls lose the version that CUPTI appends") {
  using skipx::cuda::plain_call_name;
  CHECK(plain_call_name("cudaLaunchKernel_v7000") == "cudaLaunchKernel");
  CHECK(plain_call_name("cudaLaunchKernelExC_v11060") == "cudaLaunchKernelExC");
  CHECK(plain_call_name("__cudaLaunchKernel_ptsz_v13000") == "__cudaLaunchKernel_ptsz");
  CHECK(plain_call_name("cuMemcpyHtoD_v2") == "cuMemcpyHtoD_v2");
  CHECK(plain_call_name("cuLaunchKernel") == "cuLaunchKernel");
  CHECK(plain_call_name("cu_void1234") == "cu_void1234");
}
