// Interned strings: equal texts share one index, in order of first appearance.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

namespace skipx::trace {

class StringTable {
 public:
  StringTable() : slots_(kInitialSlots, kEmpty) {
    // A secret seed: a file cannot be made so that all its names collide.
    std::random_device random;
    seed_ = static_cast<std::uint64_t>(random()) << 32 | random();
  }

  std::int32_t intern(std::string_view text) {
    const std::uint64_t hash = hash_of(text);
    for (std::size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::int32_t found = slots_[slot];
      if (found == kEmpty) return insert(text, hash, slot);
      const auto index = static_cast<std::size_t>(found);
      if (hashes_[index] == hash && texts_[index] == text) return found;
    }
  }

  const std::vector<std::string_view>& texts() const { return texts_; }

 private:
  static constexpr std::int32_t kEmpty = -1;
  static constexpr std::size_t kInitialSlots = 1024;
  static constexpr std::size_t kBlock = 64 * 1024;

  std::uint64_t hash_of(std::string_view text) const {
    std::uint64_t hash = seed_ ^ text.size();
    const char* p = text.data();
    std::size_t left = text.size();
    for (; left >= 8; p += 8, left -= 8) {
      std::uint64_t word;
      std::memcpy(&word, p, 8);
      hash = fold(hash ^ word);
    }
    if (left != 0) {
      std::uint64_t word = 0;
      std::memcpy(&word, p, left);
      hash = fold(hash ^ word);
    }
    return hash ^ hash >> 29;
  }

  static std::uint64_t fold(std::uint64_t x) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(x) * 0xd6e8feb86659fd93ull;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  std::int32_t insert(std::string_view text, std::uint64_t hash, std::size_t slot) {
    const auto index = static_cast<std::int32_t>(texts_.size());
    texts_.push_back(store(text));
    hashes_.push_back(hash);
    slots_[slot] = index;
    if (texts_.size() * 2 > slots_.size()) grow();
    return index;
  }

  std::string_view store(std::string_view text) {
    if (text.size() > kBlock / 4) {
      blocks_.push_back(std::make_unique<char[]>(text.size()));
      std::memcpy(blocks_.back().get(), text.data(), text.size());
      return {blocks_.back().get(), text.size()};
    }
    if (free_ < text.size() || current_ == nullptr) {
      blocks_.push_back(std::make_unique<char[]>(kBlock));
      current_ = blocks_.back().get();
      free_ = kBlock;
    }
    char* const place = current_;
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    current_ += text.size();
    free_ -= text.size();
    return {place, text.size()};
  }

  void grow() {
    slots_.assign(slots_.size() * 2, kEmpty);
    for (std::size_t index = 0; index < hashes_.size(); ++index) {
      std::size_t slot = hashes_[index] & (slots_.size() - 1);
      while (slots_[slot] != kEmpty) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<std::int32_t>(index);
    }
  }

  std::uint64_t seed_;
  std::vector<std::int32_t> slots_;
  std::vector<std::string_view> texts_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* current_ = nullptr;
  std::size_t free_ = 0;
};

}  // namespace skipx::trace
