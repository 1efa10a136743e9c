// From buffers of activity records to columns, after the session.
#pragma once

#include <cupti.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trace/columns.hpp"
#include "trace/string_table.hpp"

namespace skipx::cuda {

// What is wrong with an activity; 0: nothing. Such rows stay in the columns.
enum ActivityFlag : std::int8_t {
  kClockViolation = 1,  // it begins before its call does, or ends before it begins
  kDuringOverhead = 2,  // CUPTI was busy with itself between its call's begin and its end
};

// Columns in order of begin, of equal begins the longer first; times as CUPTI tells them.
struct SessionRecords {
  trace::CallColumns calls;
  trace::ActivityColumns activities;
  // Beside `activities`: when the driver had it queued and submitted, -1 where nobody asked; its
  // flags.
  trace::Column<std::int64_t> queued, submitted;
  trace::Column<std::int8_t> flags;
  // What CUPTI itself took: begin, duration, and its number of the reason.
  trace::Column<std::int64_t> overhead_begin, overhead_dur;
  trace::Column<std::int32_t> overhead_kind;
  std::vector<trace::ThreadId> threads;
  std::vector<std::string_view> names;  // of `strings`
  std::unique_ptr<trace::StringTable> strings;

  std::size_t records = 0;
  std::size_t dropped = 0;           // CUPTI had no room for them
  std::size_t untimed = 0;           // left out: CUPTI could not tell their times
  std::size_t unknown_kinds = 0;     // left out: of a kind that was not asked for
  std::size_t clock_violations = 0;  // activities with that flag
  std::size_t during_overhead = 0;   // activities with that flag
};

// Steps over records as cuptiActivityGetNextRecord does.
using NextRecord = CUptiResult (*)(std::uint8_t* buffer, std::size_t bytes,
                                   CUpti_Activity** record);
// The name of a call, runtime's or driver's; null where it has none.
using CallName = std::function<const char*(bool runtime, std::uint32_t cbid)>;
using CallIds = std::set<std::pair<bool, std::uint32_t>>;

struct Decoding {
  NextRecord next;
  CallName call_name;
  const CallIds* wanted = nullptr;  // null: every call
};

// The records of all buffers. Throws CudaError (kCall) where a buffer cannot be stepped through.
SessionRecords decode(std::span<const std::span<std::uint8_t>> buffers, const Decoding& decoding);

// Fills `flags` and counts them: each activity against its call and against CUPTI's own pauses.
void flag_activities(SessionRecords& records);

}  // namespace skipx::cuda
