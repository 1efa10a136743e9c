// One recorded launch: everything that it takes to issue it again.
#pragma once

#include <cuda.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "replay/argument_blob.hpp"

namespace skipx::replay {

enum class LaunchKind { kKernel, kMemset, kMemcpy, kOther };

// Memory of the device that an argument pointed into when it was recorded.
struct Range {
  CUdeviceptr begin = 0;
  std::size_t size = 0;

  CUdeviceptr end() const { return begin + size; }
  bool contains(CUdeviceptr address) const { return begin <= address && address < end(); }
  bool operator==(const Range&) const = default;
};

struct Pointer {
  CUdeviceptr address = 0;
  Range range;
};

struct KernelLaunch {
  CUfunction function = nullptr;
  std::array<unsigned, 3> grid{1, 1, 1};
  std::array<unsigned, 3> block{1, 1, 1};
  unsigned shared_bytes = 0;
  ArgumentBlob arguments;
  std::vector<CUlaunchAttribute> attributes;
  std::vector<Pointer> pointers;
};

// `value` is repeated over elements of 1, 2 or 4 bytes; rows are `pitch` bytes apart.
struct MemsetLaunch {
  CUdeviceptr target = 0;
  unsigned value = 0;
  unsigned element_bytes = 1;
  std::size_t width = 0;
  std::size_t height = 1;
  std::size_t pitch = 0;

  std::size_t row_bytes() const { return width * element_bytes; }
  Range range() const {
    return {target, height <= 1 ? row_bytes() : pitch * (height - 1) + row_bytes()};
  }
};

// A copy of one row; any other copy is recorded as kOther.
struct MemcpyLaunch {
  CUdeviceptr target = 0;
  CUdeviceptr source = 0;
  std::size_t bytes = 0;
};

struct Launch {
  LaunchKind kind = LaunchKind::kOther;
  std::string name = {};
  KernelLaunch kernel = {};
  MemsetLaunch memset = {};
  MemcpyLaunch memcpy = {};
  // Earlier launches of the same recording that must be done before this one.
  std::vector<std::size_t> dependencies = {};
};

// In an order that keeps the dependencies.
using Recording = std::vector<Launch>;

}  // namespace skipx::replay
