#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "reading.hpp"
#include "trace_equality.hpp"

using namespace skipx::trace;

namespace {

std::string corpus(const std::string& name) {
  std::ifstream file(std::string(SKIPX_CORPUS) + "/kineto/" + name, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

ReadOptions partial() {
  ReadOptions options;
  options.partial = true;
  return options;
}

// The kind of the error of reading `text`, which must be one.
ScanError::Kind kind_of_error(const std::string& text, const ReadOptions& options = {}) {
  const Reading reading = read_whole(text, options);
  REQUIRE(reading.error);
  return std::get<0>(*reading.error);
}

}  // namespace

TEST_CASE("a corpus file that is split in two reads as the whole does") {
  for (const auto& entry : std::filesystem::directory_iterator(SKIPX_CORPUS "/kineto")) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    const std::string text = corpus(name);
    const Reading whole = read_whole(text, partial());
    for (std::size_t cut = 1; cut < text.size(); cut += 1 + text.size() / 512) {
      CAPTURE(cut);
      bool first = true;
      const Reading halves = read_in_pieces(
          text, partial(), [&] { return std::exchange(first, false) ? cut : text.size(); });
      REQUIRE(whole.error == halves.error);
      if (whole.trace) REQUIRE(equal(*whole.trace, *halves.trace));
    }
  }
}

TEST_CASE("a modern file fills every table, exactly to the nanosecond") {
  const Reading reading = read_whole(corpus("modern.json"));
  REQUIRE(reading.trace);
  const auto& [ops, calls, activities, regions] = reading.trace->columns;
  const auto& names = reading.trace->names;

  CHECK(ops.begin == Column<std::int64_t>{1'000'250, 1'001'125});
  CHECK(ops.dur == Column<std::int64_t>{40'500, 30'000});
  CHECK(ops.external_id == Column<std::int64_t>{10, 11});
  CHECK(names[static_cast<std::size_t>(ops.name[1])] == "aten::addmm");

  CHECK(calls.begin == Column<std::int64_t>{1'010'001, 1'030'000});
  CHECK(calls.correlation == Column<std::int64_t>{7, 8});
  CHECK(calls.api == Column<std::int8_t>{0, 1});

  CHECK(activities.begin == Column<std::int64_t>{1'020'500, 1'034'000, 1'036'000});
  CHECK(activities.kind == Column<std::int8_t>{0, 1, 2});
  CHECK(activities.bytes == Column<std::int64_t>{-1, 4096, 64});
  CHECK(activities.stream == Column<std::int64_t>{7, 7, 7});
  CHECK(names[static_cast<std::size_t>(activities.shape[0])] == "grid [8,1,1] block [128,1,1]");

  // The step and the module call; Python's own functions are of no use.
  CHECK(regions.begin == Column<std::int64_t>{999'500, 1'000'000});
  CHECK(reading.trace->threads.at(0).label == "main");
  CHECK(reading.trace->metadata.at("baseTimeNanoseconds") == "1700000000000000000");
}

TEST_CASE("the format of 2020 is read: a bare list, other categories, thread ids as text") {
  const Reading reading = read_whole(corpus("legacy_list.json"));
  REQUIRE(reading.trace);
  const auto& columns = reading.trace->columns;
  CHECK(columns.ops.begin.size() == 1);
  CHECK(columns.calls.correlation == Column<std::int64_t>{1});
  CHECK(columns.activities.correlation == Column<std::int64_t>{1});
  CHECK(columns.regions.begin == Column<std::int64_t>{90'000});
  CHECK(reading.trace->threads.at(0).tid == "34");
}

TEST_CASE("names that are not JSON are repaired, counted, and refused where strictness is wanted") {
  const std::string text = corpus("broken_names.json");
  const Reading reading = read_whole(text);
  REQUIRE(reading.trace);
  CHECK(reading.trace->columns.ops.begin.size() == 4);
  CHECK(reading.trace->columns.regions.begin.size() == 1);
  CHECK(reading.trace->names.at(1) == "an \"unescaped\" quote");
  CHECK(reading.trace->oddities.repaired_names.count == 4);
  CHECK(reading.trace->oddities.repaired_names.first_offset == text.find("{\"ph"));

  ReadOptions strict;
  strict.strict = true;
  CHECK(kind_of_error(text, strict) == ScanError::Kind::kStrict);
}

TEST_CASE("behind an event that cannot be read the next ones are found again") {
  const Reading reading = read_whole(corpus("lost.json"));
  REQUIRE(reading.trace);
  CHECK(reading.trace->columns.ops.begin == Column<std::int64_t>{1'000, 3'000, 4'000});
  CHECK(reading.trace->oddities.unreadable_events.count == 2);
}

TEST_CASE("a file that ends early is an error at its end, or what came before") {
  const std::string text = corpus("truncated.json");
  const Reading refused = read_whole(text);
  REQUIRE(refused.error);
  CHECK(std::get<0>(*refused.error) == ScanError::Kind::kTruncated);
  CHECK(std::get<1>(*refused.error) == text.size());

  const Reading reading = read_whole(text, partial());
  REQUIRE(reading.trace);
  CHECK(reading.trace->truncated);
  CHECK(reading.trace->columns.ops.begin.size() == 1);
}

TEST_CASE("what is no trace is refused, each for its own reason") {
  CHECK(kind_of_error("") == ScanError::Kind::kNotJson);
  CHECK(kind_of_error("hello") == ScanError::Kind::kNotJson);
  CHECK(kind_of_error(corpus("text_behind.json")) == ScanError::Kind::kNotJson);
  CHECK(kind_of_error(corpus("not_a_trace.json")) == ScanError::Kind::kNotATrace);
  CHECK(kind_of_error(corpus("list_of_numbers.json")) == ScanError::Kind::kNotATrace);
  CHECK(kind_of_error(corpus("nested.json")) == ScanError::Kind::kLimit);
}
