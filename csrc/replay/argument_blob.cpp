#include "replay/argument_blob.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace skipx::replay {

ArgumentBlob::ArgumentBlob(std::vector<Parameter> layout) : layout_(std::move(layout)) {
  for (const Parameter& parameter : layout_)
    size_ = std::max(size_, parameter.offset + parameter.size);
  if (size_ == 0) return;
  block_.reset(static_cast<std::byte*>(::operator new(size_, std::align_val_t{kAlignment})));
  std::memset(block_.get(), 0, size_);  // The gaps between parameters too: bytes() shows them.
  for (const Parameter& parameter : layout_) pointers_.push_back(block_.get() + parameter.offset);
}

ArgumentBlob ArgumentBlob::from_pointers(std::vector<Parameter> layout,
                                         const void* const* arguments) {
  ArgumentBlob blob(std::move(layout));
  for (std::size_t i = 0; i < blob.layout_.size(); ++i)
    std::memcpy(blob.pointers_[i], arguments[i], blob.layout_[i].size);
  return blob;
}

ArgumentBlob ArgumentBlob::from_buffer(std::vector<Parameter> layout,
                                       std::span<const std::byte> buffer) {
  ArgumentBlob blob(std::move(layout));
  if (blob.size_ > buffer.size())
    throw std::length_error("a launch's argument buffer is shorter than its kernel's parameters");
  for (std::size_t i = 0; i < blob.layout_.size(); ++i)
    std::memcpy(blob.pointers_[i], buffer.data() + blob.layout_[i].offset, blob.layout_[i].size);
  return blob;
}

void** ArgumentBlob::pointers() const {
  // The driver only reads them, but its signature does not say so.
  return pointers_.empty() ? nullptr : const_cast<void**>(pointers_.data());
}

std::vector<std::uint64_t> ArgumentBlob::words() const {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::vector<std::uint64_t> words;
  for (const Parameter& parameter : layout_) {
    const std::size_t end = parameter.offset + parameter.size;
    for (std::size_t at = (parameter.offset + kWord - 1) / kWord * kWord; at + kWord <= end;
         at += kWord) {
      std::uint64_t word = 0;
      std::memcpy(&word, block_.get() + at, kWord);
      words.push_back(word);
    }
  }
  return words;
}

}  // namespace skipx::replay
