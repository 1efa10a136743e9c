#include "trace/json_validator.hpp"

#include "trace/json_text.hpp"
#include "trace/simd.hpp"

namespace skipx::trace {
namespace {

bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_space(unsigned char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_hex(unsigned char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

std::size_t JsonValidator::feed(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!take(static_cast<unsigned char>(text[i]))) return i;
  }
  return npos;
}

bool JsonValidator::complete() const {
  return containers_.empty() && (state_ == State::kAfterValue || number_may_end());
}

bool JsonValidator::number_may_end() const {
  return state_ == State::kZero || state_ == State::kInteger || state_ == State::kFraction ||
         state_ == State::kExponentDigits;
}

bool JsonValidator::take(unsigned char c) {
  if (state_ >= State::kString && state_ <= State::kUtf8) return take_string_byte(c);
  if (in_number()) {
    const bool may_end = number_may_end();
    if (take_number_byte(c)) return true;
    if (!may_end) return false;
    state_ = State::kAfterValue;
  }
  if (state_ == State::kLiteral) {
    if (c != static_cast<unsigned char>(literal_.front())) return false;
    literal_.remove_prefix(1);
    if (literal_.empty()) state_ = State::kAfterValue;
    return true;
  }
  if (is_space(c)) return true;
  switch (state_) {
    case State::kFirstElement:
      if (c == ']') return close(false);
      return start_value(c);
    case State::kValue:
      return start_value(c);
    case State::kFirstKey:
      if (c == '}') return close(true);
      [[fallthrough]];
    case State::kKey:
      if (c != '"') return false;
      string_is_key_ = true;
      state_ = State::kString;
      return true;
    case State::kColon:
      state_ = State::kValue;
      return c == ':';
    case State::kAfterValue:
      if (containers_.empty()) return false;
      if (c == ',') {
        state_ = containers_.back() ? State::kKey : State::kValue;
        return true;
      }
      return (c == '}' && close(true)) || (c == ']' && close(false));
    default:
      return false;
  }
}

bool JsonValidator::open(bool object) {
  if (containers_.size() >= static_cast<std::size_t>(kMaxDepth)) return false;
  containers_.push_back(object);
  state_ = object ? State::kFirstKey : State::kFirstElement;
  return true;
}

bool JsonValidator::close(bool object) {
  if (containers_.empty() || containers_.back() != object) return false;
  containers_.pop_back();
  state_ = State::kAfterValue;
  return true;
}

bool JsonValidator::start_value(unsigned char c) {
  switch (c) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      string_is_key_ = false;
      state_ = State::kString;
      return true;
    case 't':
      literal_ = "rue";
      break;
    case 'f':
      literal_ = "alse";
      break;
    case 'n':
      literal_ = "ull";
      break;
    case '-':
      state_ = State::kMinus;
      return true;
    case '0':
      state_ = State::kZero;
      return true;
    default:
      state_ = State::kInteger;
      return is_digit(c);
  }
  state_ = State::kLiteral;
  return true;
}

bool JsonValidator::take_string_byte(unsigned char c) {
  switch (state_) {
    case State::kEscape:
      if (c == 'u') {
        left_ = 4;
        state_ = State::kHex;
        return true;
      }
      state_ = State::kString;
      return std::string_view("\"\\/bfnrt").find(static_cast<char>(c)) != std::string_view::npos;
    case State::kHex:
      if (--left_ == 0) state_ = State::kString;
      return is_hex(c);
    case State::kUtf8:
      if (c < utf8_low_ || c > utf8_high_) return false;
      utf8_low_ = 0x80;
      utf8_high_ = 0xbf;
      if (--left_ == 0) state_ = State::kString;
      return true;
    default:
      break;
  }
  if (c == '"') {
    state_ = string_is_key_ ? State::kColon : State::kAfterValue;
    return true;
  }
  if (c == '\\') {
    state_ = State::kEscape;
    return true;
  }
  if (c < 0x80) return c >= 0x20;
  // The first byte of a sequence bounds the second (RFC 3629): no overlong forms, no surrogates.
  if (c < 0xc2 || c > 0xf4) return false;
  left_ = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
  utf8_low_ = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
  utf8_high_ = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  state_ = State::kUtf8;
  return true;
}

bool JsonValidator::take_number_byte(unsigned char c) {
  switch (state_) {
    case State::kMinus:
      state_ = c == '0' ? State::kZero : State::kInteger;
      return is_digit(c);
    case State::kInteger:
      if (is_digit(c)) return true;
      [[fallthrough]];
    case State::kZero:
      if (c == '.') {
        state_ = State::kPoint;
        return true;
      }
      break;
    case State::kPoint:
      state_ = State::kFraction;
      return is_digit(c);
    case State::kFraction:
      if (is_digit(c)) return true;
      break;
    case State::kExponent:
      state_ = is_digit(c) ? State::kExponentDigits : State::kExponentSign;
      return is_digit(c) || c == '+' || c == '-';
    case State::kExponentSign:
      state_ = State::kExponentDigits;
      return is_digit(c);
    default:  // kExponentDigits
      return is_digit(c);
  }
  if (c != 'e' && c != 'E') return false;
  state_ = State::kExponent;
  return true;
}

}  // namespace skipx::trace
