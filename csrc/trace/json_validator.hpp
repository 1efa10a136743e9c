// A strict JSON validator (RFC 8259) that takes its text in pieces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace skipx::trace {

class JsonValidator {
 public:
  // Checks the next piece. Returns the index of the first wrong byte in it, or npos.
  std::size_t feed(std::string_view text);

  // Whether the text so far is one whole JSON value.
  bool complete() const;

  static constexpr std::size_t npos = std::string_view::npos;

 private:
  enum class State : std::uint8_t {
    kValue,         // a value must follow
    kFirstElement,  // a value or ]
    kFirstKey,      // a key or }
    kKey,           // a key must follow
    kColon,
    kAfterValue,  // a comma or the end of the container
    kString,
    kEscape,
    kHex,
    kUtf8,
    kLiteral,
    kMinus,
    kZero,
    kInteger,
    kPoint,
    kFraction,
    kExponent,
    kExponentSign,
    kExponentDigits,
  };

  bool take(unsigned char c);
  bool start_value(unsigned char c);
  bool take_string_byte(unsigned char c);
  bool take_number_byte(unsigned char c);
  bool in_number() const { return state_ >= State::kMinus; }
  bool number_may_end() const;
  bool open(bool object);
  bool close(bool object);

  State state_ = State::kValue;
  bool string_is_key_ = false;
  int left_ = 0;  // bytes of an escape or a UTF-8 sequence still to come
  unsigned char utf8_low_ = 0x80, utf8_high_ = 0xbf;
  std::string_view literal_;
  std::vector<bool> containers_;  // true: object
};

}  // namespace skipx::trace
