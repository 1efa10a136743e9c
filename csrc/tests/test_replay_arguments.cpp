// Copies of a launch's arguments: where they lie, that they are copies, what may be an address.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "replay/argument_blob.hpp"
#include "replay/attributes.hpp"

using skipx::replay::ArgumentBlob;
using skipx::replay::Parameter;

namespace {

// As a kernel (char, void*, 128-byte tensor map, int) has them.
const std::vector<Parameter> kLayout = {{0, 1}, {8, 8}, {64, 128}, {192, 4}};

struct Arguments {
  char letter = 'x';
  std::uint64_t address = 0x7f00'1234'5678;
  std::array<std::uint64_t, 16> map{};
  int number = -5;
  std::array<const void*, 4> pointers{&letter, &address, &map, &number};
};

}  // namespace

TEST_CASE("arguments are copied to the kernel's own places, aligned to 64 bytes") {
  Arguments given;
  given.map[3] = 42;
  const ArgumentBlob blob = ArgumentBlob::from_pointers(kLayout, given.pointers.data());
  given = Arguments{'y', 1, {}, 7};

  REQUIRE(blob.count() == 4);
  REQUIRE(blob.bytes().size() == 196);
  CHECK(reinterpret_cast<std::uintptr_t>(blob.bytes().data()) % 64 == 0);
  for (std::size_t i = 0; i < kLayout.size(); ++i)
    CHECK(blob.pointers()[i] == blob.bytes().data() + kLayout[i].offset);
  CHECK(reinterpret_cast<std::uintptr_t>(blob.pointers()[2]) % 64 == 0);

  CHECK(*static_cast<const char*>(blob.pointers()[0]) == 'x');
  CHECK(*static_cast<const std::uint64_t*>(blob.pointers()[1]) == 0x7f00'1234'5678);
  CHECK(static_cast<const std::uint64_t*>(blob.pointers()[2])[3] == 42);
  CHECK(*static_cast<const int*>(blob.pointers()[3]) == -5);
  // Nothing of the copying process's memory is between them.
  for (std::size_t gap = 1; gap < 8; ++gap) CHECK(blob.bytes()[gap] == std::byte{0});
}

TEST_CASE("a packed buffer gives the same arguments") {
  const Arguments given;
  const ArgumentBlob copied = ArgumentBlob::from_pointers(kLayout, given.pointers.data());
  std::vector<std::byte> packed(copied.bytes().begin(), copied.bytes().end());
  const ArgumentBlob blob = ArgumentBlob::from_buffer(kLayout, packed);
  CHECK(std::memcmp(blob.bytes().data(), packed.data(), packed.size()) == 0);

  packed.pop_back();
  CHECK_THROWS_AS(ArgumentBlob::from_buffer(kLayout, packed), std::length_error);
}

TEST_CASE("the pointers stay right when the blob is moved") {
  const Arguments given;
  ArgumentBlob first = ArgumentBlob::from_pointers(kLayout, given.pointers.data());
  const std::byte* const block = first.bytes().data();
  const ArgumentBlob second = std::move(first);
  CHECK(second.bytes().data() == block);
  CHECK(second.pointers()[1] == block + 8);
}

TEST_CASE("a kernel without parameters takes none") {
  const ArgumentBlob blob = ArgumentBlob::from_pointers({}, nullptr);
  CHECK(blob.pointers() == nullptr);
  CHECK(blob.bytes().empty());
  CHECK(blob.words().empty());
}

TEST_CASE("every aligned word inside a parameter may be an address") {
  const Arguments given;
  const ArgumentBlob blob = ArgumentBlob::from_pointers(kLayout, given.pointers.data());
  const std::vector<std::uint64_t> words = blob.words();
  REQUIRE(words.size() == 1 + 16);  // neither the char nor the int has room for one
  CHECK(words[0] == given.address);

  // A struct that begins off a word's place: only the words that lie in it whole count.
  const std::array<std::uint64_t, 3> buffer{1, 2, 3};
  const auto bytes = std::as_bytes(std::span(buffer));
  CHECK(ArgumentBlob::from_buffer({{4, 16}}, bytes).words() == std::vector<std::uint64_t>{2});
}

TEST_CASE("attributes of events and of updatable nodes are not replayed, the others are") {
  std::vector<CUlaunchAttribute> attributes;
  for (int id = 0; id <= 14; ++id) {
    CUlaunchAttribute attribute{};
    attribute.id = static_cast<CUlaunchAttributeID>(id);
    attribute.value.priority = id;
    attributes.push_back(attribute);
  }
  const auto kept = skipx::replay::replayed_attributes(attributes);
  std::vector<int> ids;
  for (const CUlaunchAttribute& attribute : kept) {
    ids.push_back(static_cast<int>(attribute.id));
    CHECK(attribute.value.priority == static_cast<int>(attribute.id));
  }
  CHECK(ids == std::vector<int>{1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14});
}
