#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "trace/json_text.hpp"
#include "trace/simd.hpp"

using namespace skipx::trace;

namespace {

// A text with exactly the padding that the readers ask for, so that a sanitizer sees them overrun.
class Padded {
 public:
  explicit Padded(std::string_view text, char padding = '\0')
      : size_(text.size()), data_(std::make_unique<char[]>(size_ + skipx::simd::kPadding)) {
    std::memset(data_.get(), padding, size_ + skipx::simd::kPadding);
    if (size_ != 0) std::memcpy(data_.get(), text.data(), size_);
  }
  const char* begin() const { return data_.get(); }
  const char* end() const { return data_.get() + size_; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> data_;
};

void check_nanoseconds(std::string_view text, std::int64_t value, bool rounded = false) {
  CAPTURE(text);
  const Number parsed = parse_microseconds(text);
  REQUIRE(parsed.usable());
  CHECK(parsed.value == value);
  CHECK((parsed.state == NumberState::kRounded) == rounded);
}

void check_integer(std::string_view text, std::int64_t value) {
  CAPTURE(text);
  const Number parsed = parse_integer(text);
  REQUIRE(parsed.usable());
  CHECK(parsed.value == value);
}

}  // namespace

TEST_CASE("microseconds become nanoseconds exactly") {
  check_nanoseconds("0", 0);
  check_nanoseconds("-0", 0);
  check_nanoseconds("12", 12'000);
  check_nanoseconds("12.3", 12'300);
  check_nanoseconds("-12.345", -12'345);
  check_nanoseconds("1700000000000000.123", 1'700'000'000'000'000'123);
  check_nanoseconds("9223372036854775.807", std::numeric_limits<std::int64_t>::max());
  check_nanoseconds("1e3", 1'000'000);
  check_nanoseconds("1.5E-3", 2, true);
  check_nanoseconds("125e-2", 1'250);
  check_nanoseconds("0.0004", 0, true);
  check_nanoseconds("0.0005", 1, true);
  check_nanoseconds("-0.0005", -1, true);
  check_nanoseconds("1.0000000000", 1'000);
  check_nanoseconds("0e999999999", 0);
  check_nanoseconds("1e-999999999", 0, true);
}

TEST_CASE("what is no number, or none of 64 bits, is refused") {
  for (const char* const text :
       {"", "-", "+1", ".5", "5.", "1e", "1e+", "NaN", "null", "1 ", " 1", "0x1", "1e400", "--1",
        "9223372036854775.808", "1e999999999", "170141183460469231731687303715884105728"}) {
    CAPTURE(text);
    CHECK(parse_microseconds(text).state == NumberState::kOdd);
  }
}

TEST_CASE("ids are whole numbers of 64 bits, however they are written") {
  check_integer("0", 0);
  check_integer("-7", -7);
  check_integer("9223372036854775807", std::numeric_limits<std::int64_t>::max());
  check_integer("12.0", 12);
  check_integer("1e3", 1000);
  for (const char* const text : {"", "-", "1.5", "9223372036854775808", "1a", "NaN"}) {
    CAPTURE(text);
    CHECK(parse_integer(text).state == NumberState::kOdd);
  }
}

TEST_CASE("plain numbers are read in place as the full parser reads them, or left to it") {
  for (const std::string_view number :
       {"0", "7", "12.5", "12.345", "0.001", "1661203462598738", "4458676824286.528",
        "8999999999999999.999", "9000000000000000", "99999999999999999999", "1.2345", "1e3", "-5",
        "12.", "x", ""}) {
    CAPTURE(number);
    Padded text(std::string(number) + ", ");
    const char* p = text.begin();
    const Number micro = read_plain_microseconds(p, text.end());
    if (micro.state != NumberState::kMissing) {
      CHECK(micro.value == parse_microseconds(number).value);
      CHECK(micro.state == parse_microseconds(number).state);
      CHECK(p == text.begin() + number.size());
    } else {
      CHECK(p == text.begin());
    }
    p = text.begin();
    const Number whole = read_plain_integer(p, text.end());
    if (whole.state != NumberState::kMissing) {
      CHECK(whole.value == parse_integer(number).value);
      CHECK(p == text.begin() + number.size());
    } else {
      CHECK(p == text.begin());
    }
  }
  // At the end of the text more digits may follow.
  Padded cut("12");
  const char* p = cut.begin();
  CHECK(read_plain_integer(p, cut.end()).state == NumberState::kMissing);
  CHECK(read_plain_microseconds(p, cut.end()).state == NumberState::kMissing);
}

TEST_CASE("a string ends at its first quote that is not escaped, wherever that stands") {
  for (std::size_t before = 0; before < 140; ++before) {
    CAPTURE(before);
    const std::string inside = std::string(before, 'a') + R"(\"\\)";
    const Padded text(inside + "\" tail");
    const char* p = text.begin();
    std::string_view found;
    REQUIRE(read_string(p, text.end(), found) == Status::kOk);
    CHECK(found == inside);
    CHECK(p == text.begin() + inside.size() + 1);
  }
}

TEST_CASE("a string without an end wants more, one with a control byte is malformed") {
  for (const char padding : {'\0', '"'}) {
    std::string_view found;
    const Padded open("abc\\", padding);
    const char* p = open.begin();
    CHECK(read_string(p, open.end(), found) == Status::kNeedMore);
    const Padded control("ab\nc\"", padding);
    p = control.begin();
    CHECK(read_string(p, control.end(), found) == Status::kMalformed);
  }
}

TEST_CASE("a nested value ends at its own bracket, whatever its strings hold and wherever it is") {
  const std::string value = R"({"a":"}]\"{","b":[1,{"\\":"\\"}],"c":{}})";
  for (std::size_t before = 0; before < 140; ++before) {
    CAPTURE(before);
    for (const char padding : {'\0', '}', '"', '\\'}) {
      const std::string spaced = "[" + std::string(before, ' ') + value + "]";
      const Padded text(spaced + ",", padding);
      const char* p = text.begin() + 1;
      REQUIRE(skip_nested(p, text.end(), 0) == Status::kOk);
      CHECK(p == text.begin() + spaced.size());

      const Padded open(std::string_view(spaced).substr(0, spaced.size() - 1), padding);
      p = open.begin() + 1;
      CHECK(skip_nested(p, open.end(), 0) == Status::kNeedMore);
    }
  }
}

TEST_CASE("of the end, a control byte and the depth limit, the first decides wherever text stops") {
  const std::string peak(kMaxDepth, '[');
  for (const std::string& tail : {std::string("]]]]"), std::string("[]]]"), std::string("\"\n\""),
                                  std::string("[\"\n\""), std::string("\"\n\"[")}) {
    const std::string whole = peak + tail + std::string(100, ' ');
    CAPTURE(tail);
    const Padded text(whole);
    const char* p = text.begin() + 1;
    const Status expected = skip_nested(p, text.end(), 0);
    CHECK((expected == Status::kTooDeep) == (tail.front() == '['));
    for (std::size_t size = 1; size <= whole.size(); ++size) {
      CAPTURE(size);
      const Padded part(std::string_view(whole).substr(0, size));
      p = part.begin() + 1;
      const Status status = skip_nested(p, part.end(), 0);
      CHECK((status == Status::kNeedMore || status == expected));
    }
  }
}

TEST_CASE("nesting has a limit") {
  const Padded text(std::string(100'000, '['));
  const char* p = text.begin() + 1;
  CHECK(skip_nested(p, text.end(), 0) == Status::kTooDeep);
  p = text.begin() + 1;
  bool repaired = false;
  CHECK(skip_broken_nested(p, text.end(), 0, false, repaired) == Status::kTooDeep);
}
