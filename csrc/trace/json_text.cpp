#include "trace/json_text.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "trace/simd.hpp"

namespace skipx::trace {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Clears the bits of escaped bytes, given the backslashes of a block. `escape` carries whether the
// block's first byte is escaped by the block before, and then the same for the next block.
std::uint64_t unescaped(std::uint64_t bits, std::uint64_t backslashes, bool& escape) {
  std::uint64_t escaped = escape ? 1 : 0;
  escape = false;
  backslashes &= ~escaped;
  while (backslashes != 0) {
    const int at = std::countr_zero(backslashes);
    if (at == 63) {
      escape = true;
      break;
    }
    escaped |= 2ull << at;
    backslashes &= ~(3ull << at);
  }
  return bits & ~escaped;
}

// The byte of a block at which more than `room` further levels are open, or 64.
int too_deep_at(std::uint64_t opening, std::uint64_t closing, int room) {
  if (std::popcount(opening) <= room) return 64;
  for (std::uint64_t brackets = opening | closing; brackets != 0; brackets &= brackets - 1) {
    const int at = std::countr_zero(brackets);
    room += (closing >> at & 1) != 0 ? 1 : -1;
    if (room < 0) return at;
  }
  return 64;
}

// What may follow the closing quote of a string, seen from a candidate quote.
enum class Follows { kNo, kYes, kUnknown };

// `, "key":` behind a candidate. Kineto's keys are short and plain.
Follows key_follows(const char* p, const char* limit) {
  p = skip_space(p, limit);
  if (p == limit) return Follows::kUnknown;
  if (*p != '"') return Follows::kNo;
  const char* const begin = ++p;
  while (p < limit && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) >= 0x20 &&
         p - begin < 64)
    ++p;
  if (p == limit) return Follows::kUnknown;
  if (*p != '"') return Follows::kNo;
  p = skip_space(p + 1, limit);
  if (p == limit) return Follows::kUnknown;
  return *p == ':' ? Follows::kYes : Follows::kNo;
}

Follows value_ends(const char* p, const char* limit, bool in_array) {
  p = skip_space(p, limit);
  if (p == limit) return Follows::kUnknown;
  if (*p == '}' || (in_array && *p == ']')) return Follows::kYes;
  if (*p != ',') return Follows::kNo;
  return in_array ? Follows::kYes : key_follows(p + 1, limit);
}

Follows key_ends(const char* p, const char* limit) {
  p = skip_space(p, limit);
  if (p == limit) return Follows::kUnknown;
  return *p == ':' ? Follows::kYes : Follows::kNo;
}

enum class Place { kKey, kValue, kElement };

Status read_broken(const char*& p, const char* limit, Place place, std::string_view& text,
                   bool& repaired) {
  const char* const begin = p;
  bool odd = false;
  bool escaped = false;
  for (; p < limit; ++p) {
    const char c = *p;
    if (c == '"') {
      const Follows follows = place == Place::kKey
                                  ? key_ends(p + 1, limit)
                                  : value_ends(p + 1, limit, place == Place::kElement);
      if (follows == Follows::kUnknown) return Status::kNeedMore;
      // An escaped quote closes only a member's value, and only in front of another member: text
      // that quotes JSON would have its own quotes escaped there.
      const bool closes =
          follows == Follows::kYes &&
          (!escaped || (place == Place::kValue && *skip_space(p + 1, limit) == ','));
      if (closes) {
        text = {begin, static_cast<std::size_t>(p - begin)};
        if (odd || escaped) repaired = true;
        ++p;
        return Status::kOk;
      }
      if (!escaped) odd = true;
    }
    if (static_cast<unsigned char>(c) < 0x20) odd = true;
    escaped = c == '\\' && !escaped;
  }
  return Status::kNeedMore;
}

}  // namespace

Status read_broken_string(const char*& p, const char* limit, bool is_key, std::string_view& text,
                          bool& repaired) {
  return read_broken(p, limit, is_key ? Place::kKey : Place::kValue, text, repaired);
}

Status skip_nested(const char*& p, const char* limit, int depth) {
  bool escape = false;
  std::uint64_t in_string = 0;  // all ones where the block before ended inside a string
  int open = 1;
  for (; p < limit; p += 64) {
    const simd::Block64 block(p);
    const auto left = static_cast<std::size_t>(limit - p);
    const std::uint64_t known = left < 64 ? (1ull << left) - 1 : ~0ull;
    std::uint64_t quotes = block.equal('"') & known;
    const std::uint64_t backslashes = block.equal('\\') & known;
    if (backslashes != 0 || escape) quotes = unescaped(quotes, backslashes, escape);
    const std::uint64_t strings = simd::prefix_parity(quotes) ^ in_string;
    std::uint64_t closing = block.equal_folded('}') & ~strings & known;
    const std::uint64_t opening = block.equal_folded('{') & ~strings & known;
    const std::uint64_t control = block.control() & strings & known;
    if (open == 1 && closing != 0) {
      // Most often nothing more opens: the first closing byte is the one that is looked for.
      const int at = std::countr_zero(closing);
      const std::uint64_t before = (1ull << at) - 1;
      if (((opening | control) & before) == 0) {
        p += at + 1;
        return Status::kOk;
      }
    }
    // Whichever comes first in the text decides, so that it does not matter where a piece ends.
    const int fault = std::min(std::countr_zero(control),
                               too_deep_at(opening, closing, kMaxDepth - depth - open));
    const int closings = std::popcount(closing);
    if (closings >= open) {
      for (int seen = 1; closing != 0; ++seen, closing &= closing - 1) {
        const int at = std::countr_zero(closing);
        if (at > fault) break;
        const std::uint64_t before = (1ull << at) - 1;
        if (open + std::popcount(opening & before) - seen == 0) {
          p += at + 1;
          return Status::kOk;
        }
      }
    }
    if (fault != 64) return (control >> fault & 1) != 0 ? Status::kMalformed : Status::kTooDeep;
    open += std::popcount(opening) - closings;
    in_string = (strings >> 63) != 0 && left >= 64 ? ~0ull : 0ull;
  }
  p = limit;
  return Status::kNeedMore;
}

Status skip_broken_nested(const char*& p, const char* limit, int depth, bool in_object,
                          bool& repaired) {
  // One bit a level: objects hold keys, arrays do not.
  bool object[kMaxDepth + 1];
  int open = 1;
  object[open] = in_object;
  bool at_key = in_object;
  while (p < limit) {
    const char c = *p++;
    if (c == '{' || c == '[') {
      if (++open + depth > kMaxDepth) return Status::kTooDeep;
      object[open] = c == '{';
      at_key = object[open];
    } else if (c == '}' || c == ']') {
      if (object[open] != (c == '}')) return Status::kMalformed;
      if (--open == 0) return Status::kOk;
      at_key = false;
    } else if (c == ',') {
      at_key = object[open];
    } else if (c == ':') {
      at_key = false;
    } else if (c == '"') {
      std::string_view text;
      const Place place = at_key ? Place::kKey : object[open] ? Place::kValue : Place::kElement;
      const Status status = read_broken(p, limit, place, text, repaired);
      if (status != Status::kOk) return status;
    }
  }
  return Status::kNeedMore;
}

Number parse_microseconds(std::string_view text) {
  constexpr Number kNoNumber{0, NumberState::kOdd};
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p < end && *p == '-';
  if (negative) ++p;
  if (p == end || !is_digit(*p)) return kNoNumber;

  __extension__ using Wide = __int128;
  constexpr Wide kTooLarge = static_cast<Wide>(1) << 100;
  Wide mantissa = 0;
  long scale = 3;  // decimal digits from the mantissa's last to a nanosecond
  bool lost = false;
  const auto take = [&](char c) {
    if (mantissa < kTooLarge) {
      mantissa = mantissa * 10 + (c - '0');
      return true;
    }
    lost = lost || c != '0';
    return false;
  };
  for (; p < end && is_digit(*p); ++p) {
    if (!take(*p)) ++scale;
  }
  if (p < end && *p == '.') {
    if (++p == end || !is_digit(*p)) return kNoNumber;
    for (; p < end && is_digit(*p); ++p) {
      if (take(*p)) --scale;
    }
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    ++p;
    const bool down = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) ++p;
    if (p == end || !is_digit(*p)) return kNoNumber;
    long exponent = 0;
    for (; p < end && is_digit(*p); ++p) {
      if (exponent < 100000) exponent = exponent * 10 + (*p - '0');
    }
    scale += down ? -exponent : exponent;
  }
  if (p != end) return kNoNumber;

  for (; scale > 0 && mantissa != 0; --scale) {
    if (mantissa >= kTooLarge) return kNoNumber;
    mantissa *= 10;
  }
  int last = 0;
  for (; scale < 0 && (mantissa != 0 || last != 0); ++scale) {
    lost = lost || last != 0;
    last = static_cast<int>(mantissa % 10);
    mantissa /= 10;
  }
  lost = lost || last != 0;
  if (last >= 5) ++mantissa;
  if (mantissa > std::numeric_limits<std::int64_t>::max()) return kNoNumber;
  const auto value = static_cast<std::int64_t>(mantissa);
  return {negative ? -value : value, lost ? NumberState::kRounded : NumberState::kExact};
}

Number parse_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  const char* p = text.data() + (negative ? 1 : 0);
  const char* const end = text.data() + text.size();
  std::int64_t value = 0;
  bool fits = p < end;
  for (; p < end && is_digit(*p) && fits; ++p) {
    fits = !__builtin_mul_overflow(value, 10, &value) &&
           !__builtin_add_overflow(value, *p - '0', &value);
  }
  if (!fits) return {0, NumberState::kOdd};
  if (p == end) return {negative ? -value : value, NumberState::kExact};
  const Number exact = parse_microseconds(text);
  if (exact.state != NumberState::kExact || exact.value % 1000 != 0) return {0, NumberState::kOdd};
  return {exact.value / 1000, NumberState::kExact};
}

namespace {

// Digits that cannot overflow an int64, even times a thousand.
constexpr std::ptrdiff_t kPlainDigits = 15;

// Whether a number may end at `p`, which must not be the limit: more digits could follow there.
bool ends_number(const char* p, const char* limit) {
  return p < limit && (*p == ',' || *p == '}' || is_space(*p));
}

// Digits up to the first other byte or the limit.
std::int64_t read_digits(const char*& p, const char* limit) {
  std::int64_t value = 0;
  const char* const last = limit - p > kPlainDigits + 1 ? p + kPlainDigits + 1 : limit;
  for (; p < last && is_digit(*p); ++p) value = value * 10 + (*p - '0');
  return value;
}

}  // namespace

Number read_plain_integer(const char*& p, const char* limit) {
  const char* q = p;
  const std::int64_t value = read_digits(q, limit);
  if (q == p || q - p > kPlainDigits || !ends_number(q, limit)) return {};
  p = q;
  return {value, NumberState::kExact};
}

Number read_plain_microseconds(const char*& p, const char* limit) {
  const char* q = p;
  const std::int64_t whole = read_digits(q, limit);
  // Microseconds since the epoch have 16 digits; below 9e15 they fit, times a thousand.
  if (q == p || whole >= 9'000'000'000'000'000) return {};
  std::int64_t value = whole * 1000;
  if (q < limit && *q == '.') {
    ++q;
    constexpr int kWeight[] = {100, 10, 1};
    int digit = 0;
    for (; digit < 3 && q < limit && is_digit(*q); ++q, ++digit)
      value += kWeight[digit] * (*q - '0');
    if (digit == 0) return {};
  }
  if (!ends_number(q, limit)) return {};
  p = q;
  return {value, NumberState::kExact};
}

}  // namespace skipx::trace
