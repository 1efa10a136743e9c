#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/register.hpp"
#include "chains/candidates.hpp"
#include "chains/criterion.hpp"
#include "chains/intervals.hpp"
#include "chains/lengths.hpp"
#include "chains/sequence.hpp"
#include "chains/tiling.hpp"

namespace py = pybind11;

namespace {

using skipx::bindings::to_array;
using skipx::chains::Candidate;
using skipx::chains::ChainIndex;
using skipx::chains::Criterion;
using skipx::chains::Sequence;

// Unlike bindings::Array, refuses values that the type cannot hold.
template <typename T>
using SafeArray = py::array_t<T, py::array::c_style>;

template <typename T>
std::span<const T> view(const SafeArray<T>& array, const char* name) {
  if (array.ndim() != 1) {
    throw py::value_error(std::string(name) + " must be a one-dimensional array");
  }
  return {array.data(), static_cast<std::size_t>(array.size())};
}

std::unique_ptr<ChainIndex> make_index(const SafeArray<std::int32_t>& symbols,
                                       const SafeArray<std::int64_t>& segments,
                                       const std::optional<SafeArray<std::int32_t>>& groups) {
  const auto symbols_view = view(symbols, "symbols");
  const auto segments_view = view(segments, "segments");
  const auto groups_view = groups ? view(*groups, "groups") : std::span<const std::int32_t>{};
  const py::gil_scoped_release release;
  return std::make_unique<ChainIndex>(Sequence(symbols_view, segments_view, groups_view));
}

py::dict lengths(const ChainIndex& index, double threshold, bool eligible) {
  skipx::chains::LengthColumns columns;
  {
    const py::gil_scoped_release release;
    columns = mine_lengths(index, Criterion(index, threshold, eligible));
  }
  return py::dict(py::arg("distinct") = to_array(std::move(columns.distinct)),
                  py::arg("windows") = to_array(std::move(columns.windows)),
                  py::arg("ps1_types") = to_array(std::move(columns.types)),
                  py::arg("ps1_instances") = to_array(std::move(columns.instances)),
                  py::arg("c_fused") = to_array(std::move(columns.c_fused)),
                  py::arg("c_types") = to_array(std::move(columns.c_types)));
}

std::int64_t k_min(const ChainIndex& index, double threshold, bool eligible) {
  const py::gil_scoped_release release;
  return fewest_pieces(index, Criterion(index, threshold, eligible));
}

py::dict candidates(const ChainIndex& index, double threshold, bool eligible, std::uint32_t limit) {
  std::vector<Candidate> found;
  {
    const py::gil_scoped_release release;
    found = best_candidates(index, Criterion(index, threshold, eligible), limit);
  }
  const auto column = [&found](std::int64_t Candidate::*field) {
    std::vector<std::int64_t> values;
    values.reserve(found.size());
    for (const Candidate& candidate : found) values.push_back(candidate.*field);
    return to_array(std::move(values));
  };
  return py::dict(py::arg("first_item") = column(&Candidate::first_item),
                  py::arg("length") = column(&Candidate::length),
                  py::arg("occurrences") = column(&Candidate::occurrences),
                  py::arg("disjoint") = column(&Candidate::disjoint),
                  py::arg("first_count") = column(&Candidate::first_count),
                  py::arg("eligible_count") = column(&Candidate::eligible_count));
}

}  // namespace

void register_chains(py::module_& module) {
  py::class_<ChainIndex>(module, "ChainIndex",
                         "Every class of equal chains of a sequence of symbols in segments.")
      .def(py::init(&make_index), py::arg("symbols"), py::arg("segments"),
           py::arg("groups") = py::none(),
           "Segment s is symbols[segments[s]:segments[s + 1]]; groups holds a number per segment\n"
           "that never decreases (its iteration), by which c_types are counted.")
      .def("lengths", &lengths, py::arg("threshold") = 1.0, py::arg("eligible") = false,
           "Int64 columns over the chain lengths 2, 3, ... up to the longest segment: distinct,\n"
           "windows, ps1_types and ps1_instances (of PS >= threshold), c_fused, c_types.")
      .def("k_min", &k_min, py::arg("threshold") = 1.0, py::arg("eligible") = false,
           "Fewest chains of PS >= threshold and single items that tile every segment.")
      .def("candidates", &candidates, py::arg("threshold") = 1.0, py::arg("eligible") = false,
           py::kw_only(), py::arg("limit") = 50,
           "The chains of PS >= threshold that remove the most launches, best first, as int64\n"
           "columns: first_item, length, occurrences, disjoint, first_count, eligible_count. Of\n"
           "chains with the same occurrences only the longest.");
}
