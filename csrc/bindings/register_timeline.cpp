#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/register.hpp"
#include "timeline/player.hpp"
#include "timeline/program.hpp"

namespace py = pybind11;

namespace {

using skipx::bindings::to_array;
using namespace skipx::timeline;

// Refuses values that the type cannot hold.
template <typename T>
using SafeArray = py::array_t<T, py::array::c_style>;

// The columns of a dict, kept alive while they are viewed.
class Columns {
 public:
  explicit Columns(const py::dict& columns) : columns_(columns) {}

  template <typename T>
  Column<T> column(const char* name) {
    if (!columns_.contains(name)) throw py::value_error(std::string("there is no column ") + name);
    auto array = SafeArray<T>::ensure(columns_[name]);
    if (!array) {
      PyErr_Clear();
      throw py::value_error(std::string(name) + " holds values of another type");
    }
    if (array.ndim() != 1) {
      throw py::value_error(std::string(name) + " must be a one-dimensional array");
    }
    kept_.append(array);
    return {array.data(), static_cast<std::size_t>(array.size())};
  }

 private:
  py::dict columns_;
  py::list kept_;
};

Parameters parameters_of(const SafeArray<std::int64_t>& gap, std::int64_t graph_gap,
                         std::int64_t queue_depth, std::int64_t sync_return,
                         std::vector<std::int64_t> busy) {
  constexpr auto kSide = static_cast<py::ssize_t>(kCategories);
  if (gap.ndim() != 2 || gap.shape(0) != kSide || gap.shape(1) != kSide) {
    throw py::value_error("gap_ns must have the shape (3, 3)");
  }
  Parameters parameters{.graph_gap = graph_gap,
                        .queue_depth = queue_depth,
                        .sync_return = sync_return,
                        .busy = std::move(busy)};
  for (py::ssize_t previous = 0; previous < kSide; ++previous) {
    for (py::ssize_t next = 0; next < kSide; ++next) {
      parameters.gap[static_cast<std::size_t>(previous)][static_cast<std::size_t>(next)] =
          gap.at(previous, next);
    }
  }
  return parameters;
}

py::dict play_program(const py::dict& items, const py::dict& work,
                      const SafeArray<std::int64_t>& gap, std::int64_t graph_gap,
                      std::int64_t queue_depth, std::int64_t sync_return,
                      std::vector<std::int64_t> busy) {
  Columns of_items(items), of_work(work);
  const Items item_columns{.thread = of_items.column<std::int32_t>("thread"),
                           .kind = of_items.column<std::int8_t>("kind"),
                           .gap = of_items.column<std::int64_t>("gap_ns"),
                           .anchor = of_items.column<std::int32_t>("anchor"),
                           .duration = of_items.column<std::int64_t>("duration_ns"),
                           .floor = of_items.column<std::int64_t>("floor_ns"),
                           .first = of_items.column<std::int32_t>("first"),
                           .count = of_items.column<std::int32_t>("count"),
                           .blocking = of_items.column<std::uint8_t>("blocking"),
                           .graph = of_items.column<std::uint8_t>("graph"),
                           .stream = of_items.column<std::int32_t>("stream"),
                           .event = of_items.column<std::int32_t>("event")};
  const Work work_columns{.stream = of_work.column<std::int32_t>("stream"),
                          .category = of_work.column<std::int8_t>("category"),
                          .duration = of_work.column<std::int64_t>("duration_ns")};
  const Parameters parameters =
      parameters_of(gap, graph_gap, queue_depth, sync_return, std::move(busy));
  Playback playback;
  {
    const py::gil_scoped_release release;
    playback = play(item_columns, work_columns, parameters);
  }
  return py::dict(py::arg("begin") = to_array(std::move(playback.begin)),
                  py::arg("end") = to_array(std::move(playback.end)),
                  py::arg("pending") = to_array(std::move(playback.pending)),
                  py::arg("activity_begin") = to_array(std::move(playback.activity_begin)),
                  py::arg("activity_end") = to_array(std::move(playback.activity_end)));
}

}  // namespace

void register_timeline(py::module_& module) {
  module.def("play_timeline", &play_program, py::arg("items"), py::arg("work"), py::kw_only(),
             py::arg("gap_ns"), py::arg("graph_gap_ns"), py::arg("queue_depth"),
             py::arg("sync_return_ns"), py::arg("busy_ns") = std::vector<std::int64_t>{},
             "Play a program of the launch-queue model; columns as in skipx.timeline.program.\n"
             "Returns begin, end and pending of the items, activity_begin and activity_end.");
}
