// Tables of a trace as dicts of numpy columns, whichever source filled them.
#pragma once

#include <pybind11/pybind11.h>

#include <utility>

#include "bindings/arrays.hpp"
#include "trace/columns.hpp"

namespace skipx::bindings {

inline pybind11::dict calls_table(trace::CallColumns&& calls) {
  namespace py = pybind11;
  return py::dict(py::arg("begin") = to_array(std::move(calls.begin)),
                  py::arg("dur") = to_array(std::move(calls.dur)),
                  py::arg("thread") = to_array(std::move(calls.thread)),
                  py::arg("name") = to_array(std::move(calls.name)),
                  py::arg("external_id") = to_array(std::move(calls.external_id)),
                  py::arg("correlation") = to_array(std::move(calls.correlation)),
                  py::arg("api") = to_array(std::move(calls.api)));
}

inline pybind11::dict activities_table(trace::ActivityColumns&& activities) {
  namespace py = pybind11;
  return py::dict(py::arg("begin") = to_array(std::move(activities.begin)),
                  py::arg("dur") = to_array(std::move(activities.dur)),
                  py::arg("device") = to_array(std::move(activities.device)),
                  py::arg("stream") = to_array(std::move(activities.stream)),
                  py::arg("name") = to_array(std::move(activities.name)),
                  py::arg("external_id") = to_array(std::move(activities.external_id)),
                  py::arg("correlation") = to_array(std::move(activities.correlation)),
                  py::arg("graph_node") = to_array(std::move(activities.graph_node)),
                  py::arg("bytes") = to_array(std::move(activities.bytes)),
                  py::arg("shape") = to_array(std::move(activities.shape)),
                  py::arg("kind") = to_array(std::move(activities.kind)));
}

}  // namespace skipx::bindings
