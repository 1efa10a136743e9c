// The stand-in of libcupti: records in buffers, in the layouts of CUDA 13.0 or, as the old one, of
// CUDA 12.0. They are the headers' own structs, so that the decoder is not its own witness.
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "cupti_state.hpp"

namespace standin {

namespace {

#ifdef STANDIN_OLD
using KernelRecord = CUpti_ActivityKernel8;
using MemcpyRecord = CUpti_ActivityMemcpy5;
using OverheadRecord = CUpti_ActivityOverhead;
#else
using KernelRecord = CUpti_ActivityKernel10;
using MemcpyRecord = CUpti_ActivityMemcpy6;
using OverheadRecord = CUpti_ActivityOverhead3;
#endif
using MemsetRecord = CUpti_ActivityMemset4;

std::uint64_t unsign(std::int64_t time) { return static_cast<std::uint64_t>(time); }

// A zeroed record at the end of the buffer; null, and counted, where there is no room.
template <typename Record>
Record* next_record(CUpti_ActivityKind kind) {
  Cupti& cupti = cupti_state();
  if (cupti.buffer != nullptr && cupti.used + sizeof(Record) > cupti.size) give_back_buffer();
  if (cupti.buffer == nullptr && cupti.request != nullptr) {
    std::size_t most = 0;
    cupti.size = cupti.used = 0;
    cupti.request(&cupti.buffer, &cupti.size, &most);
  }
  if (cupti.buffer == nullptr || cupti.size < sizeof(Record)) {
    ++cupti.dropped;
    cupti.buffer = nullptr;
    return nullptr;
  }
  auto* const record = reinterpret_cast<Record*>(cupti.buffer + cupti.used);
  std::memset(static_cast<void*>(record), 0, sizeof(Record));
  record->kind = kind;
  cupti.used += sizeof(Record);
  return record;
}

// CUPTI's names live as long as the process.
const char* lasting(const std::string& text) {
  static std::set<std::string> names;
  return names.insert(text).first->c_str();
}

}  // namespace

std::size_t record_size(CUpti_ActivityKind kind) {
  switch (kind) {
    case CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL:
      return sizeof(KernelRecord);
    case CUPTI_ACTIVITY_KIND_MEMCPY:
      return sizeof(MemcpyRecord);
    case CUPTI_ACTIVITY_KIND_MEMSET:
      return sizeof(MemsetRecord);
    case CUPTI_ACTIVITY_KIND_RUNTIME:
    case CUPTI_ACTIVITY_KIND_DRIVER:
      return sizeof(CUpti_ActivityAPI);
    case CUPTI_ACTIVITY_KIND_OVERHEAD:
      return sizeof(OverheadRecord);
    default:
      return 0;
  }
}

bool records_call(const Call& call) {
  const Cupti& cupti = cupti_state();
  const auto kind = call.runtime ? CUPTI_ACTIVITY_KIND_RUNTIME : CUPTI_ACTIVITY_KIND_DRIVER;
  return cupti.kinds.contains(kind) && !cupti.switched_off.contains({call.runtime, call.cbid});
}

void record_call(const Call& call) {
  const auto kind = call.runtime ? CUPTI_ACTIVITY_KIND_RUNTIME : CUPTI_ACTIVITY_KIND_DRIVER;
  auto* const record = next_record<CUpti_ActivityAPI>(kind);
  if (record == nullptr) return;
  record->cbid = call.cbid;
  record->start = unsign(call.begin);
  record->end = unsign(call.end);
  record->processId = static_cast<std::uint32_t>(getpid());
  record->threadId = static_cast<std::uint32_t>(syscall(SYS_gettid));
  record->correlationId = call.correlation;
}

void record_activity(Activity activity) {
  const Cupti& cupti = cupti_state();
  if (script().number("early") != 0) activity.begin -= 2 * script().number("floor");
  // CUPTI's release notes of CUDA 13.1 Update 1 name this among what it mended.
  if (script().number("graphs_once") != 0 && activity.graph_node != 0 && cupti.kernel_sessions > 1)
    activity.correlation += 1'000'000;
  const auto fill = [&](auto* record) {
    record->start = unsign(activity.begin);
    record->end = unsign(activity.end);
    record->deviceId = activity.device;
    record->contextId = 1;
    record->streamId = activity.stream;
    record->correlationId = activity.correlation;
    record->graphNodeId = activity.graph_node;
    record->graphId = activity.graph;
  };
  if (activity.kind == ActivityKind::kMemset) {
    if (!cupti.kinds.contains(CUPTI_ACTIVITY_KIND_MEMSET)) return;
    if (auto* const record = next_record<MemsetRecord>(CUPTI_ACTIVITY_KIND_MEMSET)) {
      fill(record);
      record->bytes = activity.bytes;
      record->memoryKind = CUPTI_ACTIVITY_MEMORY_KIND_DEVICE;
    }
  } else if (activity.kind == ActivityKind::kMemcpy) {
    if (!cupti.kinds.contains(CUPTI_ACTIVITY_KIND_MEMCPY)) return;
    if (auto* const record = next_record<MemcpyRecord>(CUPTI_ACTIVITY_KIND_MEMCPY)) {
      fill(record);
      record->bytes = activity.bytes;
      record->copyKind = activity.copy_kind;
      record->srcKind = CUPTI_ACTIVITY_MEMORY_KIND_PAGEABLE;
      record->dstKind = CUPTI_ACTIVITY_MEMORY_KIND_DEVICE;
    }
  } else if (cupti.kinds.contains(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL)) {
    auto* const record = next_record<KernelRecord>(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL);
    if (record == nullptr) return;
    fill(record);
    record->name = lasting(activity.name);
    record->gridX = static_cast<std::int32_t>(activity.grid[0]);
    record->gridY = static_cast<std::int32_t>(activity.grid[1]);
    record->gridZ = static_cast<std::int32_t>(activity.grid[2]);
    record->blockX = static_cast<std::int32_t>(activity.block[0]);
    record->blockY = static_cast<std::int32_t>(activity.block[1]);
    record->blockZ = static_cast<std::int32_t>(activity.block[2]);
    record->dynamicSharedMemory = static_cast<std::int32_t>(activity.shared);
    if (cupti.latency_timestamps) {
      record->queued = unsign(activity.queued);
      record->submitted = unsign(activity.submitted);
    }
  }
}

void record_overhead(std::int64_t begin, std::int64_t end) {
  auto* const record = next_record<OverheadRecord>(CUPTI_ACTIVITY_KIND_OVERHEAD);
  if (record == nullptr) return;
  record->overheadKind = CUPTI_ACTIVITY_OVERHEAD_CUPTI_BUFFER_FLUSH;
  record->start = unsign(begin);
  record->end = unsign(end);
}

void give_back_buffer() {
  Cupti& cupti = cupti_state();
  std::uint8_t* const buffer = std::exchange(cupti.buffer, nullptr);
  if (buffer != nullptr && cupti.complete != nullptr)
    cupti.complete(nullptr, 0, buffer, cupti.size, cupti.used);
}

}  // namespace standin
