#include "trace/kineto_scanner.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "trace/simd.hpp"

namespace skipx::trace {
namespace {

constexpr std::size_t kMaxEvent = 16u << 20;
constexpr std::size_t kMaxString = 1u << 20;
constexpr std::size_t kMaxMetadata = 1u << 20;
// Past this an event that does not end is looked at again as one with a broken string.
constexpr std::ptrdiff_t kLongEvent = 1 << 20;
constexpr std::size_t kFirstTake = 4096;
// Finding the way back costs a look at all that follows, so it is done for accidents only.
constexpr std::int64_t kMaxUnreadable = 1000;

}  // namespace

KinetoScanner::KinetoScanner(ReadOptions options)
    : options_(std::move(options)), categories_(options_.annotations_only), builder_(options_) {}

void KinetoScanner::fail(ScanError::Kind kind, const std::string& what, const char* at) const {
  throw ScanError(kind, what, offset_of(at));
}

void KinetoScanner::feed(std::span<const char> text) {
  if (options_.strict) {
    const std::size_t wrong = validator_.feed({text.data(), text.size()});
    if (wrong != JsonValidator::npos)
      throw ScanError(ScanError::Kind::kStrict, "not valid JSON", fed_ + wrong);
  }
  for (auto byte = text.rbegin(); byte != text.rend(); ++byte) {
    if (static_cast<unsigned char>(*byte) <= ' ') continue;
    last_visible_ = *byte;
    break;
  }
  const char* p = text.data();
  const char* const end = p + text.size();
  const std::uint64_t piece_offset = fed_;
  fed_ += text.size();

  // An element that began in an earlier piece is completed in a buffer of its own, which grows
  // geometrically: each retry then costs no more than the text did.
  while (carry_size_ != 0 && p != end) {
    const std::size_t take =
        std::min(static_cast<std::size_t>(end - p), std::max(kFirstTake, carry_size_));
    const std::size_t before = carry_size_;
    carry_.resize(std::max(carry_.size(), before + take + simd::kPadding));
    std::memcpy(carry_.data() + before, p, take);
    const char* const limit = carry_.data() + before + take;
    const char* const stop = consume(carry_.data(), limit, carry_offset_);
    const auto used = static_cast<std::size_t>(stop - carry_.data());
    if (used >= before) {
      p += used - before;
      carry_size_ = 0;
      break;
    }
    p += take;
    carry_size_ = before + take - used;
    carry_offset_ += used;
    std::memmove(carry_.data(), carry_.data() + used, carry_size_);
  }
  if (carry_size_ != 0 || p == end) return;

  // The rest is read in place, but for the last bytes, which vector loads may not run past.
  const char* stop = p;
  if (static_cast<std::size_t>(end - p) > simd::kPadding) {
    stop = consume(p, end - simd::kPadding,
                   piece_offset + static_cast<std::uint64_t>(p - text.data()));
  }
  carry_size_ = static_cast<std::size_t>(end - stop);
  carry_offset_ = piece_offset + static_cast<std::uint64_t>(stop - text.data());
  if (carry_.size() < carry_size_ + simd::kPadding) carry_.resize(carry_size_ + simd::kPadding);
  std::memcpy(carry_.data(), stop, carry_size_);
}

ScannedTrace KinetoScanner::finish() {
  final_ = true;
  carry_.resize(std::max(carry_.size(), carry_size_ + simd::kPadding));
  std::fill(carry_.begin() + static_cast<std::ptrdiff_t>(carry_size_), carry_.end(), '\0');
  const char* const limit = carry_.data() + carry_size_;
  consume(carry_.data(), limit, carry_offset_);

  if (state_ == State::kStart)
    throw ScanError(ScanError::Kind::kNotJson, fed_ == 0 ? "empty file" : "no JSON in it", 0);
  // Where the reader was lost to a broken event, the closing bracket may have gone with it.
  const bool closed_unseen =
      state_ == State::kLost && (last_visible_ == ']' || last_visible_ == '}');
  const bool truncated = state_ != State::kDone && !closed_unseen;
  if (truncated && !options_.partial)
    throw ScanError(ScanError::Kind::kTruncated, "the file ends early", fed_);
  if (!has_events_ && !truncated)
    throw ScanError(ScanError::Kind::kNotATrace, "JSON without traceEvents", 0);
  if (options_.strict && !validator_.complete())
    throw ScanError(ScanError::Kind::kStrict, "not valid JSON: it ends early", fed_);
  if (options_.strict) refuse_oddities();

  const Oddities& odd = builder_.oddities();
  if (builder_.rows() == 0) {
    for (const Oddity* oddity :
         {&odd.unreadable_events, &odd.bad_timestamps, &odd.missing_durations}) {
      if (oddity->count != 0)
        throw ScanError(ScanError::Kind::kNotATrace, "no event in it can be used; the first",
                        oddity->first_offset);
    }
  }

  ScannedTrace trace;
  trace.oddities = odd;
  trace.threads = builder_.threads();
  trace.names = builder_.names();
  trace.filtered_events = builder_.filtered();
  trace.columns = builder_.columns();
  trace.categories = categories_.entries();
  trace.metadata = std::move(metadata_);
  trace.events = events_;
  trace.text_bytes = fed_;
  trace.truncated = truncated;
  return trace;
}

void KinetoScanner::refuse_oddities() const {
  const Oddities& odd = const_cast<TraceBuilder&>(builder_).oddities();
  const std::array<std::pair<const char*, const Oddity*>, 6> refused{{
      {"a string that is not valid JSON", &odd.repaired_names},
      {"an event that cannot be read", &odd.unreadable_events},
      {"a duration is missing or not a number", &odd.missing_durations},
      {"a negative duration", &odd.negative_durations},
      {"a timestamp that is not a number in range", &odd.bad_timestamps},
      {"an id that is not a 64-bit integer", &odd.bad_ids},
  }};
  for (const auto& [what, oddity] : refused) {
    if (oddity->count != 0) throw ScanError(ScanError::Kind::kStrict, what, oddity->first_offset);
  }
}

const char* KinetoScanner::consume(const char* begin, const char* limit, std::uint64_t offset) {
  window_ = begin;
  window_offset_ = offset;
  const char* p = begin;
  for (;;) {
    const char* const before = p;
    const State state = state_;
    switch (state_) {
      case State::kStart:
        p = consume_start(p, limit);
        break;
      case State::kTopLevel:
        p = consume_top_level(p, limit);
        break;
      case State::kTopValue:
        p = consume_top_value(p, limit);
        break;
      case State::kEvents:
        p = consume_events(p, limit);
        break;
      case State::kLost:
        p = consume_lost(p, limit);
        break;
      case State::kDone:
        p = skip_space(p, limit);
        if (p != limit) fail(ScanError::Kind::kNotJson, "text behind the end of the trace", p);
        return p;
    }
    if (p == before && state == state_) return p;
  }
}

const char* KinetoScanner::consume_start(const char* p, const char* limit) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  p = skip_space(p, limit);
  if (p == limit) return p;
  const std::string_view text(p, static_cast<std::size_t>(limit - p));
  if (window_offset_ == 0 && p == window_ && text.front() == kByteOrderMark.front()) {
    if (text.size() < kByteOrderMark.size() && !final_) return p;
    if (text.starts_with(kByteOrderMark)) return p + kByteOrderMark.size();
  }
  if (*p == '[') {
    is_list_ = has_events_ = true;
    state_ = State::kEvents;
  } else if (*p == '{') {
    state_ = State::kTopLevel;
  } else {
    fail(ScanError::Kind::kNotJson, "not JSON", p);
  }
  return p + 1;
}

const char* KinetoScanner::consume_top_level(const char* p, const char* limit) {
  const char* const begin = p = skip_space(p, limit);
  if (p == limit) return p;
  if (*p == ',') return p + 1;
  if (*p == '}') {
    state_ = State::kDone;
    return p + 1;
  }
  if (*p != '"') fail(ScanError::Kind::kNotJson, "not JSON: a key must stand here", p);
  ++p;
  std::string_view key;
  const Status status = read_string(p, limit, key);
  if (status == Status::kMalformed) fail(ScanError::Kind::kNotJson, "not JSON: a broken key", p);
  if (static_cast<std::size_t>(limit - begin) > kMaxString && status == Status::kNeedMore)
    fail(ScanError::Kind::kLimit, "a key longer than 1 MiB", begin);
  if (status == Status::kNeedMore) return begin;
  const char* const behind_key = p;
  const auto wait = [&] {
    if (static_cast<std::size_t>(limit - behind_key) > kMaxString)
      fail(ScanError::Kind::kNotJson, "not JSON: a key without a value", begin);
    return begin;
  };
  p = skip_space(p, limit);
  if (p == limit) return wait();
  if (*p != ':') fail(ScanError::Kind::kNotJson, "not JSON: a colon must stand here", p);
  p = skip_space(p + 1, limit);
  if (p == limit) return wait();
  if (key == "traceEvents") {
    if (*p != '[') fail(ScanError::Kind::kNotATrace, "traceEvents is not a list", p);
    has_events_ = true;
    state_ = State::kEvents;
    return p + 1;
  }
  top_key_ = key;
  top_text_.clear();
  top_depth_ = 0;
  top_in_string_ = top_escape_ = false;
  top_kept_ = true;
  state_ = State::kTopValue;
  return p;
}

const char* KinetoScanner::consume_top_value(const char* p, const char* limit) {
  const char* const begin = p;
  bool ended = false;
  for (; p != limit && !ended; ++p) {
    const char c = *p;
    if (top_in_string_) {
      top_in_string_ = top_escape_ || c != '"';
      top_escape_ = c == '\\' && !top_escape_;
    } else if (c == '"') {
      top_in_string_ = true;
    } else if (c == '{' || c == '[') {
      if (++top_depth_ > kMaxDepth) fail(ScanError::Kind::kLimit, "nested too deep", p);
    } else if (top_depth_ == 0 && (c == ',' || c == '}')) {
      ended = true;
      break;
    } else if (c == '}' || c == ']') {
      if (--top_depth_ < 0) fail(ScanError::Kind::kNotJson, "not JSON: a stray bracket", p);
    }
  }
  if (top_kept_) {
    top_text_.append(begin, p);
    if (metadata_bytes_ + top_text_.size() > kMaxMetadata) {
      top_kept_ = false;
      top_text_.clear();
    }
  }
  if (ended) end_top_value();
  return p;
}

void KinetoScanner::end_top_value() {
  if (top_kept_) {
    metadata_bytes_ += top_key_.size() + top_text_.size();
    metadata_.insert_or_assign(std::move(top_key_), std::move(top_text_));
  }
  state_ = State::kTopLevel;
}

const char* KinetoScanner::consume_events(const char* p, const char* limit) {
  for (;;) {
    p = skip_space(p, limit);
    if (p == limit) return p;
    if (*p == '{') {
      const char* const next = consume_event(p, limit);
      if (next == p || state_ != State::kEvents) return next;
      p = next;
    } else if (*p == ',') {
      ++p;
    } else if (*p == ']') {
      state_ = is_list_ ? State::kDone : State::kTopLevel;
      return p + 1;
    } else {
      if (events_ == 0) fail(ScanError::Kind::kNotATrace, "a list, but not one of events", p);
      lose_way(p);
      return p;
    }
  }
}

const char* KinetoScanner::consume_event(const char* p, const char* limit) {
  const char* next = p;
  Status status = read_event(next, limit, categories_, event_);
  if (status == Status::kTooDeep) fail(ScanError::Kind::kLimit, "nested too deep, event", p);
  const bool overlong = limit - p > kLongEvent;
  if (status == Status::kMalformed || (status == Status::kNeedMore && (overlong || final_))) {
    const char* other = p;
    const Status second = read_broken_event(other, limit, categories_, event_);
    if (second == Status::kOk) {
      next = other;
      status = second;
    } else if (second == Status::kNeedMore && status == Status::kMalformed && !final_ &&
               !overlong) {
      return p;
    }
  }
  if (status == Status::kNeedMore) {
    if (static_cast<std::size_t>(limit - p) > kMaxEvent)
      fail(ScanError::Kind::kLimit, "an event longer than 16 MiB", p);
    return p;
  }
  ++events_;
  if (status == Status::kMalformed) {
    lose_way(p);
    return p + 1;
  }
  if (event_.name.size() > kMaxString)
    fail(ScanError::Kind::kLimit, "a name longer than 1 MiB, event", p);
  builder_.add(event_, offset_of(p));
  return next;
}

void KinetoScanner::lose_way(const char* p) {
  Oddity& unreadable = builder_.oddities().unreadable_events;
  unreadable.add(offset_of(p));
  if (unreadable.count > kMaxUnreadable)
    throw ScanError(ScanError::Kind::kNotJson, "more than 1000 events cannot be read, the first",
                    unreadable.first_offset);
  state_ = State::kLost;
}

const char* KinetoScanner::consume_lost(const char* p, const char* limit) {
  const char* keep = p;
  const char* const found = find_event(p, limit, keep);
  if (found == nullptr) return keep;
  state_ = State::kEvents;
  return found;
}

}  // namespace skipx::trace
