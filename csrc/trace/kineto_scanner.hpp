// Reads a Kineto file that arrives in pieces of any size and never holds more than one event of it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "trace/json_validator.hpp"
#include "trace/kineto_event.hpp"
#include "trace/trace_builder.hpp"

namespace skipx::trace {

// Why a file cannot be read, and the byte of its text at which that shows.
class ScanError : public std::runtime_error {
 public:
  enum class Kind { kNotJson, kNotATrace, kTruncated, kLimit, kStrict };

  ScanError(Kind kind, const std::string& what, std::uint64_t offset)
      : std::runtime_error(what), kind_(kind), offset_(offset) {}
  Kind kind() const { return kind_; }
  std::uint64_t offset() const { return offset_; }

 private:
  Kind kind_;
  std::uint64_t offset_;
};

struct ScannedTrace {
  TraceColumns columns;
  std::vector<std::string_view>
      names;  // as written, escapes included; valid as long as the scanner
  std::vector<ThreadId> threads;
  std::vector<Categories::Entry> categories;
  std::map<std::string, std::string> metadata;  // top-level members, as JSON text
  Oddities oddities;
  std::int64_t events = 0;
  std::int64_t filtered_events = 0;
  std::uint64_t text_bytes = 0;
  bool truncated = false;
};

class KinetoScanner {
 public:
  explicit KinetoScanner(ReadOptions options);

  // Takes the next piece of text. Throws ScanError; the scanner is of no use afterwards.
  void feed(std::span<const char> text);

  // Ends the text and hands over what was read.
  ScannedTrace finish();

 private:
  enum class State { kStart, kTopLevel, kTopValue, kEvents, kLost, kDone };

  // Reads what it can of [begin, limit), whose first byte is byte `offset` of the text, and
  // returns where it stopped for want of more.
  const char* consume(const char* begin, const char* limit, std::uint64_t offset);
  const char* consume_start(const char* p, const char* limit);
  const char* consume_top_level(const char* p, const char* limit);
  const char* consume_top_value(const char* p, const char* limit);
  const char* consume_events(const char* p, const char* limit);
  const char* consume_event(const char* p, const char* limit);
  const char* consume_lost(const char* p, const char* limit);
  void end_top_value();
  void lose_way(const char* p);
  void refuse_oddities() const;

  [[noreturn]] void fail(ScanError::Kind kind, const std::string& what, const char* at) const;
  std::uint64_t offset_of(const char* p) const {
    return window_offset_ + static_cast<std::uint64_t>(p - window_);
  }

  ReadOptions options_;
  Categories categories_;
  TraceBuilder builder_;
  JsonValidator validator_;
  Event event_;

  State state_ = State::kStart;
  bool is_list_ = false;
  bool has_events_ = false;
  bool final_ = false;
  std::int64_t events_ = 0;
  std::uint64_t fed_ = 0;
  char last_visible_ = 0;  // the last byte that is no white space

  const char* window_ = nullptr;
  std::uint64_t window_offset_ = 0;
  std::vector<char> carry_;  // the start of an element whose end is still to come
  std::size_t carry_size_ = 0;
  std::uint64_t carry_offset_ = 0;

  // The top-level member that is being read: it may span any number of pieces.
  std::string top_key_, top_text_;
  int top_depth_ = 0;
  bool top_in_string_ = false, top_escape_ = false, top_kept_ = true;
  std::size_t metadata_bytes_ = 0;
  std::map<std::string, std::string> metadata_;
};

}  // namespace skipx::trace
