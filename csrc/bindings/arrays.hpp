// numpy arrays over native columns: vectors are handed over without a copy, arrays are borrowed.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace skipx::bindings {

template <typename T>
using Array = pybind11::array_t<T, pybind11::array::c_style | pybind11::array::forcecast>;

// The array owns the vector from now on.
template <typename T, typename Allocator>
pybind11::array_t<T> to_array(std::vector<T, Allocator>&& column) {
  using Owned = std::vector<T, Allocator>;
  auto owner = std::make_unique<Owned>(std::move(column));
  T* const data = owner->data();
  const auto size = static_cast<pybind11::ssize_t>(owner->size());
  pybind11::capsule keeper(owner.release(), [](void* p) { delete static_cast<Owned*>(p); });
  return pybind11::array_t<T>({size}, {static_cast<pybind11::ssize_t>(sizeof(T))}, data, keeper);
}

// The elements of a one-dimensional array, for as long as the array lives.
template <typename T>
std::span<const T> to_span(const Array<T>& array) {
  if (array.ndim() != 1) throw pybind11::value_error("a one-dimensional array is wanted");
  return {array.data(), static_cast<std::size_t>(array.size())};
}

}  // namespace skipx::bindings
