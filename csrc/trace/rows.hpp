// Rows in the order of arrival: a list that grows without ever moving what it holds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "trace/large_pages.hpp"

namespace skipx::trace {

template <typename Row>
class Rows {
 public:
  std::size_t size() const { return size_; }

  void push_back(const Row& row) {
    if (size_ % kChunk == 0) {
      chunks_.emplace_back();
      chunks_.back().reserve(kChunk);
    }
    chunks_.back().push_back(row);
    ++size_;
  }

  const Row& operator[](std::size_t index) const { return chunks_[index / kChunk][index % kChunk]; }

 private:
  static constexpr std::size_t kChunk = 65536;

  std::vector<Column<Row>> chunks_;
  std::size_t size_ = 0;
};

// One member of the rows, and the column that it fills.
template <typename Row, typename T>
struct Filling {
  T Row::*member;
  Column<T>& column;
};

// Clang before 17 does not deduce the arguments of an aggregate.
template <typename Row, typename T>
Filling(T Row::*, std::vector<T>&) -> Filling<Row, T>;

template <typename Row, typename T>
Filling(T Row::*, std::vector<T, LargePageAllocator<T>>&) -> Filling<Row, T>;

// Takes the rows apart into columns, in the order of `less`; equal rows stay in order of arrival.
template <typename Row, typename Less, typename... T>
void take_apart(const Rows<Row>& rows, Less less, Filling<Row, T>... fillings) {
  (fillings.column.reserve(rows.size()), ...);
  const auto append = [&](const Row& row) {
    (fillings.column.push_back(row.*fillings.member), ...);
  };
  std::size_t sorted = 1;
  while (sorted < rows.size() && !less(rows[sorted], rows[sorted - 1])) ++sorted;
  if (sorted >= rows.size()) {
    for (std::size_t row = 0; row < rows.size(); ++row) append(rows[row]);
    return;
  }
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return less(rows[a], rows[b]); });
  for (const std::uint32_t row : order) append(rows[row]);
}

}  // namespace skipx::trace
