// The part of CUPTI's activity records that every version since CUDA 12.0 has at the same place.
// A newer library appends members; its own function steps from record to record.
#pragma once

#include <cupti.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace skipx::cuda {

struct KernelRecord {
  std::uint32_t kind, cache_config, registers, cache_executed;
  std::uint64_t start, end, completed;
  std::uint32_t device, context, stream;
  std::int32_t grid_x, grid_y, grid_z, block_x, block_y, block_z, static_shared, dynamic_shared;
  std::uint32_t local_per_thread, local_total, correlation;
  std::int64_t grid_id;
  const char* name;
  void* reserved;
  std::uint64_t queued, submitted;
  std::uint8_t launch_type, carveout_requested, carveout, padding;
  std::uint32_t shared_executed;
  std::uint64_t graph_node;
  std::uint32_t shared_limit, graph;
};

// Copies and sets begin alike; `bytes` of a set is behind its value.
struct MemoryRecord {
  std::uint32_t kind;
  std::uint8_t copy_kind, source_kind, target_kind, flags;  // of a copy; of a set: its value
  std::uint64_t bytes, start, end;
  std::uint32_t device, context, stream;
};

struct ApiRecord {
  std::uint32_t kind, cbid;
  std::uint64_t start, end;
  std::uint32_t process, thread, correlation, result;
};

struct OverheadRecord {
  std::uint32_t kind, overhead_kind;
  std::uint64_t object[2];
  std::uint64_t start, end;
};

#define SKIPX_SAME_PLACE(ours, member, theirs, name) \
  static_assert(offsetof(ours, member) == offsetof(theirs, name))

// CUDA 12.0's kernel record, then CUDA 13.0's.
SKIPX_SAME_PLACE(KernelRecord, start, CUpti_ActivityKernel8, start);
SKIPX_SAME_PLACE(KernelRecord, start, CUpti_ActivityKernel10, start);
SKIPX_SAME_PLACE(KernelRecord, device, CUpti_ActivityKernel8, deviceId);
SKIPX_SAME_PLACE(KernelRecord, device, CUpti_ActivityKernel10, deviceId);
SKIPX_SAME_PLACE(KernelRecord, stream, CUpti_ActivityKernel8, streamId);
SKIPX_SAME_PLACE(KernelRecord, stream, CUpti_ActivityKernel10, streamId);
SKIPX_SAME_PLACE(KernelRecord, block_z, CUpti_ActivityKernel8, blockZ);
SKIPX_SAME_PLACE(KernelRecord, block_z, CUpti_ActivityKernel10, blockZ);
SKIPX_SAME_PLACE(KernelRecord, correlation, CUpti_ActivityKernel8, correlationId);
SKIPX_SAME_PLACE(KernelRecord, correlation, CUpti_ActivityKernel10, correlationId);
SKIPX_SAME_PLACE(KernelRecord, name, CUpti_ActivityKernel8, name);
SKIPX_SAME_PLACE(KernelRecord, name, CUpti_ActivityKernel10, name);
SKIPX_SAME_PLACE(KernelRecord, queued, CUpti_ActivityKernel8, queued);
SKIPX_SAME_PLACE(KernelRecord, queued, CUpti_ActivityKernel10, queued);
SKIPX_SAME_PLACE(KernelRecord, submitted, CUpti_ActivityKernel8, submitted);
SKIPX_SAME_PLACE(KernelRecord, submitted, CUpti_ActivityKernel10, submitted);
SKIPX_SAME_PLACE(KernelRecord, graph_node, CUpti_ActivityKernel8, graphNodeId);
SKIPX_SAME_PLACE(KernelRecord, graph_node, CUpti_ActivityKernel10, graphNodeId);
SKIPX_SAME_PLACE(KernelRecord, graph, CUpti_ActivityKernel8, graphId);
SKIPX_SAME_PLACE(KernelRecord, graph, CUpti_ActivityKernel10, graphId);
static_assert(sizeof(KernelRecord) == 160);

SKIPX_SAME_PLACE(MemoryRecord, copy_kind, CUpti_ActivityMemcpy5, copyKind);
SKIPX_SAME_PLACE(MemoryRecord, target_kind, CUpti_ActivityMemcpy6, dstKind);
SKIPX_SAME_PLACE(MemoryRecord, bytes, CUpti_ActivityMemcpy5, bytes);
SKIPX_SAME_PLACE(MemoryRecord, start, CUpti_ActivityMemcpy6, start);
SKIPX_SAME_PLACE(MemoryRecord, stream, CUpti_ActivityMemcpy6, streamId);
SKIPX_SAME_PLACE(MemoryRecord, bytes, CUpti_ActivityMemset4, bytes);
SKIPX_SAME_PLACE(MemoryRecord, start, CUpti_ActivityMemset4, start);
SKIPX_SAME_PLACE(MemoryRecord, stream, CUpti_ActivityMemset4, streamId);
SKIPX_SAME_PLACE(MemoryRecord, start, CUpti_ActivityMemcpyPtoP4, start);
SKIPX_SAME_PLACE(MemoryRecord, stream, CUpti_ActivityMemcpyPtoP4, streamId);
static_assert(offsetof(CUpti_ActivityMemcpy5, correlationId) ==
              offsetof(CUpti_ActivityMemcpy6, correlationId));
static_assert(offsetof(CUpti_ActivityMemcpy5, graphNodeId) ==
              offsetof(CUpti_ActivityMemcpy6, graphNodeId));

SKIPX_SAME_PLACE(ApiRecord, cbid, CUpti_ActivityAPI, cbid);
SKIPX_SAME_PLACE(ApiRecord, start, CUpti_ActivityAPI, start);
SKIPX_SAME_PLACE(ApiRecord, process, CUpti_ActivityAPI, processId);
SKIPX_SAME_PLACE(ApiRecord, correlation, CUpti_ActivityAPI, correlationId);

SKIPX_SAME_PLACE(OverheadRecord, overhead_kind, CUpti_ActivityOverhead, overheadKind);
SKIPX_SAME_PLACE(OverheadRecord, start, CUpti_ActivityOverhead, start);
SKIPX_SAME_PLACE(OverheadRecord, start, CUpti_ActivityOverhead3, start);

#undef SKIPX_SAME_PLACE

// A copy of a member or record in a buffer, whose alignment nobody promises.
template <typename T>
T read_at(const void* record, std::size_t offset = 0) {
  T value;
  std::memcpy(&value, static_cast<const std::byte*>(record) + offset, sizeof(T));
  return value;
}

}  // namespace skipx::cuda
