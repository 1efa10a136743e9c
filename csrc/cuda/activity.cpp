#include "cuda/activity.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "cuda/activity_names.hpp"
#include "cuda/activity_records.hpp"
#include "cuda/error.hpp"
#include "trace/rows.hpp"

namespace skipx::cuda {

namespace {

constexpr std::int64_t kNone = -1;

struct CallRow {
  std::int64_t begin, dur;
  std::int32_t thread, name;
  std::int64_t external_id, correlation;
  std::int8_t api;
};

struct ActivityRow {
  std::int64_t begin, dur;
  std::int32_t device;
  std::int64_t stream;
  std::int32_t name;
  std::int64_t external_id, correlation, graph_node, bytes;
  std::int32_t shape;
  std::int8_t kind;
  std::int64_t queued, submitted;
};

std::int64_t signed_time(std::uint64_t time) { return static_cast<std::int64_t>(time); }

std::int64_t time_or_none(std::uint64_t time) { return time == 0 ? kNone : signed_time(time); }

class Decoder {
 public:
  explicit Decoder(const Decoding& decoding) : decoding_(decoding) {
    result_.strings = std::make_unique<trace::StringTable>();
  }

  void read(std::span<std::uint8_t> buffer) {
    CUpti_Activity* record = nullptr;
    for (;;) {
      const CUptiResult status = decoding_.next(buffer.data(), buffer.size(), &record);
      if (status == CUPTI_ERROR_MAX_LIMIT_REACHED) return;
      if (status != CUPTI_SUCCESS)
        throw CudaError(ErrorKind::kCall, "a buffer of CUPTI cannot be read past record " +
                                              std::to_string(result_.records));
      ++result_.records;
      take(record);
    }
  }

  SessionRecords finish() {
    const auto earlier = [](const auto& a, const auto& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.dur > b.dur;
    };
    using trace::Filling;
    auto& calls = result_.calls;
    take_apart(
        calls_, earlier, Filling{&CallRow::begin, calls.begin}, Filling{&CallRow::dur, calls.dur},
        Filling{&CallRow::thread, calls.thread}, Filling{&CallRow::name, calls.name},
        Filling{&CallRow::external_id, calls.external_id},
        Filling{&CallRow::correlation, calls.correlation}, Filling{&CallRow::api, calls.api});
    auto& activities = result_.activities;
    take_apart(activities_, earlier, Filling{&ActivityRow::begin, activities.begin},
               Filling{&ActivityRow::dur, activities.dur},
               Filling{&ActivityRow::device, activities.device},
               Filling{&ActivityRow::stream, activities.stream},
               Filling{&ActivityRow::name, activities.name},
               Filling{&ActivityRow::external_id, activities.external_id},
               Filling{&ActivityRow::correlation, activities.correlation},
               Filling{&ActivityRow::graph_node, activities.graph_node},
               Filling{&ActivityRow::bytes, activities.bytes},
               Filling{&ActivityRow::shape, activities.shape},
               Filling{&ActivityRow::kind, activities.kind},
               Filling{&ActivityRow::queued, result_.queued},
               Filling{&ActivityRow::submitted, result_.submitted});
    result_.names = result_.strings->texts();
    return std::move(result_);
  }

 private:
  void take(const CUpti_Activity* record) {
    switch (read_at<std::uint32_t>(record)) {
      case CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL:
      case CUPTI_ACTIVITY_KIND_KERNEL:
        return take_kernel(read_at<KernelRecord>(record));
      case CUPTI_ACTIVITY_KIND_MEMCPY:
        return take_memory(record, trace::ActivityKind::kMemcpy,
                           offsetof(CUpti_ActivityMemcpy6, correlationId),
                           offsetof(CUpti_ActivityMemcpy6, graphNodeId));
      case CUPTI_ACTIVITY_KIND_MEMCPY2:
        return take_memory(record, trace::ActivityKind::kMemcpy,
                           offsetof(CUpti_ActivityMemcpyPtoP4, correlationId),
                           offsetof(CUpti_ActivityMemcpyPtoP4, graphNodeId));
      case CUPTI_ACTIVITY_KIND_MEMSET:
        return take_memory(record, trace::ActivityKind::kMemset,
                           offsetof(CUpti_ActivityMemset4, correlationId),
                           offsetof(CUpti_ActivityMemset4, graphNodeId));
      case CUPTI_ACTIVITY_KIND_RUNTIME:
        return take_call(read_at<ApiRecord>(record), true);
      case CUPTI_ACTIVITY_KIND_DRIVER:
        return take_call(read_at<ApiRecord>(record), false);
      case CUPTI_ACTIVITY_KIND_OVERHEAD:
        return take_overhead(read_at<OverheadRecord>(record));
      default:
        ++result_.unknown_kinds;
    }
  }

  bool timed(std::uint64_t start, std::uint64_t end) {
    if (start != 0 && end != 0) return true;
    ++result_.untimed;
    return false;
  }

  void take_kernel(const KernelRecord& record) {
    if (!timed(record.start, record.end)) return;
    activities_.push_back({.begin = signed_time(record.start),
                           .dur = signed_time(record.end - record.start),
                           .device = static_cast<std::int32_t>(record.device),
                           .stream = record.stream,
                           .name = interned_kernel(record.name),
                           .external_id = kNone,
                           .correlation = record.correlation,
                           .graph_node = static_cast<std::int64_t>(record.graph_node),
                           .bytes = kNone,
                           .shape = result_.strings->intern(kernel_shape(record)),
                           .kind = static_cast<std::int8_t>(trace::ActivityKind::kKernel),
                           .queued = time_or_none(record.queued),
                           .submitted = time_or_none(record.submitted)});
  }

  void take_memory(const CUpti_Activity* at, trace::ActivityKind kind, std::size_t correlation,
                   std::size_t graph_node) {
    const auto record = read_at<MemoryRecord>(at);
    if (!timed(record.start, record.end)) return;
    const std::string name =
        kind == trace::ActivityKind::kMemset
            ? memset_name(read_at<std::uint16_t>(at, offsetof(CUpti_ActivityMemset4, memoryKind)))
            : memcpy_name(record.copy_kind, record.source_kind, record.target_kind);
    activities_.push_back({.begin = signed_time(record.start),
                           .dur = signed_time(record.end - record.start),
                           .device = static_cast<std::int32_t>(record.device),
                           .stream = record.stream,
                           .name = result_.strings->intern(name),
                           .external_id = kNone,
                           .correlation = read_at<std::uint32_t>(at, correlation),
                           .graph_node = read_at<std::int64_t>(at, graph_node),
                           .bytes = static_cast<std::int64_t>(record.bytes),
                           .shape = static_cast<std::int32_t>(kNone),
                           .kind = static_cast<std::int8_t>(kind),
                           .queued = kNone,
                           .submitted = kNone});
  }

  void take_call(const ApiRecord& record, bool runtime) {
    const std::pair id{runtime, record.cbid};
    if (decoding_.wanted != nullptr && !decoding_.wanted->contains(id)) return;
    if (!timed(record.start, record.end)) return;
    const auto api = runtime ? trace::Api::kRuntime : trace::Api::kDriver;
    calls_.push_back({.begin = signed_time(record.start),
                      .dur = signed_time(record.end - record.start),
                      .thread = thread_of(record.process, record.thread),
                      .name = interned_call(id),
                      .external_id = kNone,
                      .correlation = record.correlation,
                      .api = static_cast<std::int8_t>(api)});
  }

  void take_overhead(const OverheadRecord& record) {
    if (!timed(record.start, record.end)) return;
    result_.overhead_begin.push_back(signed_time(record.start));
    result_.overhead_dur.push_back(signed_time(record.end - record.start));
    result_.overhead_kind.push_back(static_cast<std::int32_t>(record.overhead_kind));
  }

  // CUPTI gives equal names at one address: demangling each once is enough.
  std::int32_t interned_kernel(const char* name) {
    const auto [known, is_new] = kernel_names_.try_emplace(name, 0);
    if (is_new) known->second = result_.strings->intern(kernel_name(name));
    return known->second;
  }

  std::int32_t interned_call(const std::pair<bool, std::uint32_t>& id) {
    const auto [known, is_new] = call_names_.try_emplace(id, 0);
    if (is_new) {
      const char* const name = decoding_.call_name(id.first, id.second);
      const std::string number =
          (id.first ? "runtime call " : "driver call ") + std::to_string(id.second);
      known->second = result_.strings->intern(name ? plain_call_name(name) : number);
    }
    return known->second;
  }

  std::int32_t thread_of(std::uint32_t process, std::uint32_t thread) {
    const auto [known, is_new] = threads_.try_emplace(
        std::pair{process, thread}, static_cast<std::int32_t>(result_.threads.size()));
    if (is_new) result_.threads.push_back({std::to_string(process), std::to_string(thread), ""});
    return known->second;
  }

  const Decoding& decoding_;
  SessionRecords result_;
  trace::Rows<CallRow> calls_;
  trace::Rows<ActivityRow> activities_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::int32_t> threads_;
  std::map<std::pair<bool, std::uint32_t>, std::int32_t> call_names_;
  std::unordered_map<const char*, std::int32_t> kernel_names_;
};

}  // namespace

SessionRecords decode(std::span<const std::span<std::uint8_t>> buffers, const Decoding& decoding) {
  Decoder decoder(decoding);
  for (const std::span<std::uint8_t> buffer : buffers) decoder.read(buffer);
  SessionRecords records = decoder.finish();
  flag_activities(records);
  return records;
}

}  // namespace skipx::cuda
