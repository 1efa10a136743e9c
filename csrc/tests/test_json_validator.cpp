#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "trace/json_validator.hpp"

using skipx::trace::JsonValidator;

namespace {

// Index of the first wrong byte, the size of a text that ends early, or npos for valid JSON.
std::size_t wrong_byte(std::string_view text, std::size_t cut) {
  JsonValidator validator;
  const std::size_t first = validator.feed(text.substr(0, cut));
  if (first != JsonValidator::npos) return first;
  const std::size_t second = validator.feed(text.substr(cut));
  if (second != JsonValidator::npos) return cut + second;
  return validator.complete() ? JsonValidator::npos : text.size();
}

void check(std::string_view text, std::size_t expected) {
  CAPTURE(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CAPTURE(cut);
    CHECK(wrong_byte(text, cut) == expected);
  }
}

}  // namespace

TEST_CASE("JSON is accepted, however it is split") {
  for (const char* const text :
       {"{}", "[]", " [1, -0, 0.5, 1e9, 1E-2, 12.25e+1] ", R"({"a": {"b": [true, false, null]}})",
        R"("\u00e9 \n \" \\ \/")", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"", "7", "-1.5"})
    check(text, JsonValidator::npos);
}

TEST_CASE("the first wrong byte of what is not JSON is found, however it is split") {
  check("[1,]", 3);
  check("{,}", 1);
  check(R"({"a" 1})", 5);
  check(R"({"a": 1,})", 8);
  check("[01]", 2);
  check("[.5]", 1);
  check("[+1]", 1);
  check("[1.]", 3);
  check("[1e]", 3);
  check("[1e+]", 4);
  check("[-]", 2);
  check("[NaN]", 1);
  check("[nul]", 4);
  check("[\"a\nb\"]", 3);
  check(R"(["\x"])", 3);
  check(R"(["\u00g0"])", 6);
  check("[1}", 2);
  check("{} {}", 3);
  check("\"\xff\"", 1);
  check("\"\xc0\xaf\"", 1);          // overlong
  check("\"\xed\xa0\x80\"", 2);      // surrogate
  check("\"\xf4\x90\x80\x80\"", 2);  // beyond U+10FFFF
}

TEST_CASE("a text that ends early is not complete") {
  for (const std::string_view text : {"", " ", "[", "{\"a\"", "{\"a\":", "\"a", "tru", "-", "1."})
    check(text, text.size());
}
