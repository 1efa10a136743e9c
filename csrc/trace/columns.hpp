// The columns that a trace source fills: one vector a column, int64 nanoseconds, -1 for none.
#pragma once

#include <cstdint>
#include <string>

#include "trace/large_pages.hpp"

namespace skipx::trace {

enum class Api : std::int8_t { kRuntime = 0, kDriver = 1 };
enum class ActivityKind : std::int8_t { kKernel = 0, kMemcpy = 1, kMemset = 2 };
enum class RegionKind : std::int8_t { kStep = 0, kAnnotation = 1, kModule = 2 };

struct OpColumns {
  Column<std::int64_t> begin, dur;
  Column<std::int32_t> thread, name;
  Column<std::int64_t> external_id;
};

struct CallColumns {
  Column<std::int64_t> begin, dur;
  Column<std::int32_t> thread, name;
  Column<std::int64_t> external_id, correlation;
  Column<std::int8_t> api;
};

struct ActivityColumns {
  Column<std::int64_t> begin, dur;
  Column<std::int32_t> device;
  Column<std::int64_t> stream;
  Column<std::int32_t> name;
  Column<std::int64_t> external_id, correlation, graph_node, bytes;
  Column<std::int32_t> shape;
  Column<std::int8_t> kind;
};

struct RegionColumns {
  Column<std::int64_t> begin, dur;
  Column<std::int32_t> thread, name;
  Column<std::int8_t> kind;
};

struct ThreadId {
  std::string pid, tid, label;
};

}  // namespace skipx::trace
