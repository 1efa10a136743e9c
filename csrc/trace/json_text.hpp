// Reading JSON text in place: strings, nested values and numbers between a cursor and a limit.
// Every function may load up to simd::kPadding bytes past `limit`, and reads no meaning into them.
#pragma once

#include <cstdint>
#include <string_view>

#include "trace/simd.hpp"

namespace skipx::trace {

// Nothing that a profiler writes nests as deep as this.
inline constexpr int kMaxDepth = 512;

enum class Status {
  kOk,
  kNeedMore,   // the text ends before the element does
  kMalformed,  // not JSON at this place
  kTooDeep,
};

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

inline const char* skip_space(const char* p, const char* limit) {
  // One space or none is the common case, and padding may be looked at.
  if (static_cast<unsigned char>(*p) > ' ') return p;
  while (p < limit && is_space(*p)) ++p;
  return p;
}

// A string's text without its quotes. `p` stands behind the opening quote on entry and behind the
// closing one on return. A raw control byte inside is malformed.
inline Status read_string(const char*& p, const char* limit, std::string_view& text) {
  const char* const begin = p;
  while (p < limit) {
    const unsigned stop = simd::string_stop16(p);
    p += stop;
    if (stop == 16) continue;
    if (p >= limit) break;
    if (*p == '"') {
      text = {begin, static_cast<std::size_t>(p - begin)};
      ++p;
      return Status::kOk;
    }
    if (*p != '\\') return Status::kMalformed;
    p += 2;
  }
  return Status::kNeedMore;
}

// The same for the strings that Kineto breaks (raw control bytes, unescaped quotes, a backslash
// before the closing quote): the text ends at the first quote that what follows shows to be a
// closing one. `is_key` says that a colon must follow. `repaired` is set if the plain reading
// would have been another or none.
Status read_broken_string(const char*& p, const char* limit, bool is_key, std::string_view& text,
                          bool& repaired);

// Moves `p`, which stands behind an opening brace or bracket, behind the one that closes it.
// Strings are honoured, nothing else is checked. `depth` is that of the enclosing value.
Status skip_nested(const char*& p, const char* limit, int depth);

// The same where strings may be broken. `p` may also stand behind any member of the object or
// element of the list that is to be left; `in_object` says which of the two it is.
Status skip_broken_nested(const char*& p, const char* limit, int depth, bool in_object,
                          bool& repaired);

// Moves `p` behind a number or literal and gives its text.
inline std::string_view read_scalar(const char*& p, const char* limit) {
  const char* const begin = p;
  while (p < limit && *p != ',' && *p != '}' && *p != ']' && static_cast<unsigned char>(*p) > ' ')
    ++p;
  return {begin, static_cast<std::size_t>(p - begin)};
}

// A number as it was read. kOdd is text that is no number of the wanted kind or range.
enum class NumberState : std::uint8_t { kMissing, kExact, kRounded, kOdd };

struct Number {
  std::int64_t value = 0;
  NumberState state = NumberState::kMissing;

  bool usable() const { return state == NumberState::kExact || state == NumberState::kRounded; }
};

// Decimal microseconds as exact nanoseconds, never through a double. Text finer than that is
// rounded, half away from zero. Odd if it is no JSON number or beyond the range of int64.
Number parse_microseconds(std::string_view text);

// An integer (also written as 12.0 or 1e3). Odd if it is none or beyond int64.
Number parse_integer(std::string_view text);

// The same two, straight from the cursor where the text is plain digits and ends before `limit`;
// otherwise `p` stays and the number is missing.
Number read_plain_microseconds(const char*& p, const char* limit);
Number read_plain_integer(const char*& p, const char* limit);

}  // namespace skipx::trace
