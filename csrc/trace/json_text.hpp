// Reading JSON text in place: strings, nested values and numbers between a cursor and a limit.
// Every function may load up to simd::kPadding bytes past `limit`, and reads no meaning into them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace skipx::trace {

// Nothing that a profiler writes nests as deep as this.
inline constexpr int kMaxDepth = 512;

enum class Status {
  kOk,
  kNeedMore,   // the text ends before the element does
  kMalformed,  // not JSON at this place
  kTooDeep,
};

inline const char* skip_space(const char* p, const char* limit) {
  while (p < limit && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) ++p;
  return p;
}

// A string's text without its quotes. `p` stands behind the opening quote on entry and behind the
// closing one on return. A raw control byte inside is malformed.
Status read_string(const char*& p, const char* limit, std::string_view& text);

// The same for the strings that Kineto breaks (raw control bytes, unescaped quotes, a backslash
// before the closing quote): the text ends at the first quote that what follows shows to be a
// closing one. `is_key` says that a colon must follow. `repaired` is set if the plain reading
// would have been another or none.
Status read_broken_string(const char*& p, const char* limit, bool is_key, std::string_view& text,
                          bool& repaired);

// Moves `p`, which stands behind an opening brace or bracket, behind the one that closes it.
// Strings are honoured, nothing else is checked. `depth` is that of the enclosing value.
Status skip_nested(const char*& p, const char* limit, int depth);

// The same where strings may be broken.
Status skip_broken_nested(const char*& p, const char* limit, int depth, bool& repaired);

// Moves `p` behind a number or literal and gives its text.
inline std::string_view read_scalar(const char*& p, const char* limit) {
  const char* const begin = p;
  while (p < limit && *p != ',' && *p != '}' && *p != ']' && static_cast<unsigned char>(*p) > ' ')
    ++p;
  return {begin, static_cast<std::size_t>(p - begin)};
}

struct Nanoseconds {
  std::int64_t value;
  bool rounded;  // the text was finer than a nanosecond
};

// Decimal microseconds as exact nanoseconds, never through a double; half a nanosecond rounds away
// from zero. Nothing for text that is no JSON number or beyond the range of int64.
std::optional<Nanoseconds> parse_microseconds(std::string_view text);

// An integer (also written as 12.0 or 1e3), or nothing if it is none or beyond int64.
std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace skipx::trace
