// One event of a Kineto file: which of its members matter, and where their texts stand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace/json_text.hpp"

namespace skipx::trace {

// What a category of events means to skipx.
enum class Role : std::uint8_t {
  kUnknown,  // the category has not been read yet
  kIgnored,
  kOp,
  kRuntimeCall,
  kDriverCall,
  kKernel,
  kMemcpy,
  kMemset,
  kAnnotation,
  kPython,
};

// The categories of a file with their counts of complete events, spelled as the file does.
class Categories {
 public:
  struct Entry {
    std::string spelling;
    Role role;
    std::int64_t complete_events;
  };

  explicit Categories(bool annotations_only) : annotations_only_(annotations_only) {}

  // The entry of a category. Files hold about ten; the one met last is tried first.
  Entry& find(std::string_view spelling);
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  bool annotations_only_;
  std::size_t last_ = 0;
  std::vector<Entry> entries_;
};

// The members that matter; texts are views into the window, empty where the event has none.
struct Event {
  std::string_view phase, name, pid, tid, grid, block, label;
  Number begin, duration;  // ns
  Number external_id, correlation, device, stream, graph_node, bytes;
  Categories::Entry* category = nullptr;
  bool wanted = true;  // false once phase or category say that skipx has no use for it
  bool repaired = false;

  Role role() const { return category == nullptr ? Role::kUnknown : category->role; }
  bool is_complete() const { return phase == "X"; }

  // In place: a fresh Event copied over this one costs a tenth of the whole reading time.
  void clear() {
    phase = name = pid = tid = grid = block = label = {};
    for (Number* number :
         {&begin, &duration, &external_id, &correlation, &device, &stream, &graph_node, &bytes})
      number->state = NumberState::kMissing;
    category = nullptr;
    wanted = true;
    repaired = false;
  }
};

inline constexpr std::string_view kModulePrefix = "nn.Module: ";
inline constexpr std::string_view kStepPrefix = "ProfilerStep";

// Reads the event whose opening brace is at `p` and moves `p` behind its closing one. An event
// without use is left at scan speed as soon as that is known.
Status read_event(const char*& p, const char* limit, Categories& categories, Event& event);

// The same for an event that read_event finds malformed: its strings may be broken.
Status read_broken_event(const char*& p, const char* limit, Categories& categories, Event& event);

// The next place at or behind `p` where an event seems to begin, or null. `keep` is set to the
// place from which to look again when more text is there.
const char* find_event(const char* p, const char* limit, const char*& keep);

}  // namespace skipx::trace
