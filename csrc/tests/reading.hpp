// Reading a text in pieces, each a buffer of its own, so that a sanitizer sees a read past its end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "trace/kineto_scanner.hpp"

namespace skipx::trace {

// A trace or an error.
struct Reading {
  std::unique_ptr<KinetoScanner> scanner;  // owns the names
  std::optional<ScannedTrace> trace;
  std::optional<std::tuple<ScanError::Kind, std::uint64_t, std::string>> error;
};

// `next_size` gives the size of each piece, at least 1.
template <typename NextSize>
Reading read_in_pieces(std::string_view text, const ReadOptions& options, NextSize next_size) {
  Reading reading{std::make_unique<KinetoScanner>(options), {}, {}};
  try {
    while (!text.empty()) {
      const std::size_t size = std::min(text.size(), next_size());
      const auto piece = std::make_unique<char[]>(size);
      std::memcpy(piece.get(), text.data(), size);
      reading.scanner->feed({piece.get(), size});
      text.remove_prefix(size);
    }
    reading.trace = reading.scanner->finish();
  } catch (const ScanError& error) {
    reading.error = {error.kind(), error.offset(), error.what()};
  }
  return reading;
}

inline Reading read_whole(std::string_view text, const ReadOptions& options = {}) {
  return read_in_pieces(text, options, [&] { return text.size(); });
}

}  // namespace skipx::trace
