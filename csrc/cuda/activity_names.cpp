#include "cuda/activity_names.hpp"

#include <cxxabi.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace skipx::cuda {

namespace {

const char* memory_kind(unsigned kind) {
  switch (kind) {
    case CUPTI_ACTIVITY_MEMORY_KIND_PAGEABLE:
      return "Pageable";
    case CUPTI_ACTIVITY_MEMORY_KIND_PINNED:
      return "Pinned";
    case CUPTI_ACTIVITY_MEMORY_KIND_DEVICE:
      return "Device";
    case CUPTI_ACTIVITY_MEMORY_KIND_ARRAY:
      return "Array";
    case CUPTI_ACTIVITY_MEMORY_KIND_MANAGED:
      return "Managed";
    case CUPTI_ACTIVITY_MEMORY_KIND_DEVICE_STATIC:
      return "Device Static";
    case CUPTI_ACTIVITY_MEMORY_KIND_MANAGED_STATIC:
      return "Managed Static";
    default:
      return "Unknown";
  }
}

const char* copy_kind(unsigned kind) {
  constexpr const char* kNames[] = {"Unknown", "HtoD", "DtoH", "HtoA", "AtoH", "AtoA",
                                    "AtoD",    "DtoA", "DtoD", "HtoH", "PtoP"};
  return kind < std::size(kNames) ? kNames[kind] : kNames[0];
}

}  // namespace

std::string_view plain_call_name(std::string_view name) {
  const std::size_t mark = name.rfind("_v");
  // The runtime's versions have four digits or more; cuMemcpyHtoD_v2 is a name of its own.
  if (mark == std::string_view::npos || name.size() - mark < 6) return name;
  return name.find_first_not_of("0123456789", mark + 2) == std::string_view::npos
             ? name.substr(0, mark)
             : name;
}

std::string kernel_name(const char* name) {
  if (name == nullptr) return "unnamed kernel";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
  return status == 0 && text ? text.get() : name;
}

std::string kernel_shape(const KernelRecord& record) {
  char text[128];
  const int length =
      std::snprintf(text, sizeof text, "grid [%d,%d,%d] block [%d,%d,%d]", record.grid_x,
                    record.grid_y, record.grid_z, record.block_x, record.block_y, record.block_z);
  return {text, static_cast<std::size_t>(length)};
}

std::string memcpy_name(std::uint8_t copy, std::uint8_t source, std::uint8_t target) {
  return std::string("Memcpy ") + copy_kind(copy) + " (" + memory_kind(source) + " -> " +
         memory_kind(target) + ")";
}

std::string memset_name(std::uint16_t memory) {
  return std::string("Memset (") + memory_kind(memory) + ")";
}

}  // namespace skipx::cuda
