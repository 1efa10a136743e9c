// From the texts of events to columns: numbers, interned names, threads, and counts of what was
// odd.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trace/columns.hpp"
#include "trace/kineto_event.hpp"
#include "trace/rows.hpp"
#include "trace/string_table.hpp"

namespace skipx::trace {

struct ReadOptions {
  std::int64_t begin_ns = std::numeric_limits<std::int64_t>::min();
  std::int64_t end_ns = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> threads;   // thread ids to keep; empty: all
  std::vector<std::int32_t> devices;  // devices to keep; empty: all
  bool annotations_only = false;
  bool strict = false;   // refuse anything that is not to the letter
  bool partial = false;  // accept a file that ends early
};

// How often, and at which byte first.
struct Oddity {
  std::int64_t count = 0;
  std::uint64_t first_offset = 0;

  void add(std::uint64_t offset) {
    if (count++ == 0) first_offset = offset;
  }
};

struct Oddities {
  Oddity repaired_names, unreadable_events, missing_durations, negative_durations, bad_timestamps,
      zero_timestamps, bad_ids, rounded_timestamps;
};

// All rows in order of begin; ties: the longer first, then by id, then as in the file.
struct TraceColumns {
  OpColumns ops;
  CallColumns calls;
  ActivityColumns activities;
  RegionColumns regions;
};

class TraceBuilder {
 public:
  explicit TraceBuilder(const ReadOptions& options) : options_(options) {}

  // Takes the event whose text begins at byte `offset`.
  void add(const Event& event, std::uint64_t offset);

  Oddities& oddities() { return oddities_; }
  std::int64_t filtered() const { return filtered_; }
  std::size_t rows() const;
  const std::vector<std::string_view>& names() const { return names_.texts(); }

  // The threads with the labels that metadata events gave them.
  std::vector<ThreadId> threads() const;

  // Sorts the rows and takes them apart.
  TraceColumns columns() const;

 private:
  std::int32_t thread_of(const Event& event);
  std::int32_t shape_of(const Event& event);
  std::int64_t id_of(const Number& id, std::uint64_t offset);
  bool keeps_thread(std::string_view tid) const;
  void add_host(const Event& event, std::int64_t begin, std::int64_t dur, std::uint64_t offset);
  void add_activity(const Event& event, std::int64_t begin, std::int64_t dur, std::uint64_t offset);
  void add_label(const Event& event);

  struct OpRow {
    std::int64_t begin, dur, external_id;
    std::int32_t thread, name;
  };
  struct CallRow {
    std::int64_t begin, dur, external_id, correlation;
    std::int32_t thread, name;
    std::int8_t api;
  };
  struct ActivityRow {
    std::int64_t begin, dur, stream, external_id, correlation, graph_node, bytes;
    std::int32_t device, name, shape;
    std::int8_t kind;
  };
  struct RegionRow {
    std::int64_t begin, dur;
    std::int32_t thread, name;
    std::int8_t kind;
  };

  ReadOptions options_;
  Rows<OpRow> ops_;
  Rows<CallRow> calls_;
  Rows<ActivityRow> activities_;
  Rows<RegionRow> regions_;
  StringTable names_;
  Oddities oddities_;
  std::int64_t filtered_ = 0;

  std::vector<ThreadId> threads_;
  std::unordered_map<std::string, std::int32_t> thread_index_;
  std::unordered_map<std::string, std::string> labels_;
  std::int32_t last_thread_ = -1;
  std::string shape_text_, last_grid_, last_block_;
  std::int32_t last_shape_ = -1;
};

}  // namespace skipx::trace
