// A kernel's arguments, copied out of a launch: one block of memory that outlives the launch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace skipx::replay {

// Where a parameter lies in the kernel's parameter space, bytes.
struct Parameter {
  std::size_t offset = 0;
  std::size_t size = 0;
};

class ArgumentBlob {
 public:
  // Tensor maps are passed by value and must be aligned to 64 bytes, so the whole block is: then
  // every parameter is as aligned as it is in the parameter space.
  static constexpr std::size_t kAlignment = 64;

  ArgumentBlob() = default;

  // Copies each argument from the place that `arguments` names for it.
  static ArgumentBlob from_pointers(std::vector<Parameter> layout, const void* const* arguments);

  // Copies from one packed buffer, as CU_LAUNCH_PARAM_BUFFER_POINTER passes it.
  // Throws std::length_error where the buffer ends before the last parameter does.
  static ArgumentBlob from_buffer(std::vector<Parameter> layout, std::span<const std::byte> buffer);

  // What a launch takes: one pointer a parameter, into the block; null where there is none.
  void** pointers() const;

  std::span<const std::byte> bytes() const { return {block_.get(), size_}; }
  std::size_t count() const { return layout_.size(); }

  // The 8-byte words at aligned places of each parameter: all that can be an address.
  std::vector<std::uint64_t> words() const;

 private:
  struct AlignedDelete {
    void operator()(std::byte* block) const {
      ::operator delete(block, std::align_val_t{kAlignment});
    }
  };

  explicit ArgumentBlob(std::vector<Parameter> layout);

  std::vector<Parameter> layout_;
  std::unique_ptr<std::byte, AlignedDelete> block_;
  std::size_t size_ = 0;
  // Into the block, which stays where it is when the blob is moved.
  std::vector<void*> pointers_;
};

}  // namespace skipx::replay
