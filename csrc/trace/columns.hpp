// The columns that a trace source fills: one vector a column, int64 nanoseconds, -1 for none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace skipx::trace {

enum class Api : std::int8_t { kRuntime = 0, kDriver = 1 };
enum class ActivityKind : std::int8_t { kKernel = 0, kMemcpy = 1, kMemset = 2 };
enum class RegionKind : std::int8_t { kStep = 0, kAnnotation = 1, kModule = 2 };

struct OpColumns {
  std::vector<std::int64_t> begin, dur;
  std::vector<std::int32_t> thread, name;
  std::vector<std::int64_t> external_id;
};

struct CallColumns {
  std::vector<std::int64_t> begin, dur;
  std::vector<std::int32_t> thread, name;
  std::vector<std::int64_t> external_id, correlation;
  std::vector<std::int8_t> api;
};

struct ActivityColumns {
  std::vector<std::int64_t> begin, dur;
  std::vector<std::int32_t> device;
  std::vector<std::int64_t> stream;
  std::vector<std::int32_t> name;
  std::vector<std::int64_t> external_id, correlation, graph_node, bytes;
  std::vector<std::int32_t> shape;
  std::vector<std::int8_t> kind;
};

struct RegionColumns {
  std::vector<std::int64_t> begin, dur;
  std::vector<std::int32_t> thread, name;
  std::vector<std::int8_t> kind;
};

struct ThreadId {
  std::string pid, tid, label;
};

}  // namespace skipx::trace
