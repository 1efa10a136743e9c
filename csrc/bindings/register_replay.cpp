#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/register.hpp"
#include "replay/call_recorder.hpp"
#include "replay/graph_recorder.hpp"
#include "replay/replayer.hpp"

namespace py = pybind11;

namespace {

using namespace skipx::replay;
using skipx::bindings::to_array;
using skipx::launch::Device;

// pybind11 holds an object of its own, so that several replayers may share it.
struct SharedRecording {
  std::shared_ptr<const Recording> launches;
};

const char* name_of(LaunchKind kind) {
  switch (kind) {
    case LaunchKind::kKernel:
      return "kernel";
    case LaunchKind::kMemset:
      return "memset";
    case LaunchKind::kMemcpy:
      return "memcpy";
    case LaunchKind::kOther:
      return "other";
  }
  return "other";
}

SharedRecording share(Recording recording) {
  return {std::make_shared<const Recording>(std::move(recording))};
}

py::dict row_of(const Launch& launch) {
  std::vector<int> attributes;
  for (const CUlaunchAttribute& attribute : launch.kernel.attributes)
    attributes.push_back(static_cast<int>(attribute.id));
  py::list pointers;
  for (const Pointer& pointer : launch.kernel.pointers) pointers.append(pointer.address);
  return py::dict(py::arg("kind") = name_of(launch.kind), py::arg("name") = launch.name,
                  py::arg("grid") = launch.kernel.grid, py::arg("block") = launch.kernel.block,
                  py::arg("shared_bytes") = launch.kernel.shared_bytes,
                  py::arg("argument_bytes") = launch.kernel.arguments.bytes().size(),
                  py::arg("attributes") = attributes, py::arg("pointers") = pointers,
                  py::arg("dependencies") = launch.dependencies);
}

py::list rows_of(const SharedRecording& recording) {
  py::list rows;
  for (const Launch& launch : *recording.launches) rows.append(row_of(launch));
  return rows;
}

SharedRecording from_graph(std::uintptr_t graph) {
  const py::gil_scoped_release release;
  return share(record_graph(skipx::cuda::initialised_driver(), reinterpret_cast<CUgraph>(graph)));
}

std::unique_ptr<Replayer> make_replayer(const std::shared_ptr<Device>& device,
                                        const SharedRecording& recording,
                                        std::vector<std::size_t> body, bool restore) {
  const py::gil_scoped_release release;
  device->make_current();
  return std::make_unique<Replayer>(device, recording.launches, std::move(body), restore);
}

Way way_of(bool graph) { return graph ? Way::kGraph : Way::kLaunches; }
Cache cache_of(bool cold) { return cold ? Cache::kCold : Cache::kWarm; }

template <typename Work>
auto without_gil(Work&& work) {
  const py::gil_scoped_release release;
  return std::forward<Work>(work)();
}

void register_replayer(py::module_& module) {
  py::class_<Replayer>(module, "Replayer", "Recorded launches, replayed and timed.")
      .def(py::init(&make_replayer), py::arg("device"), py::arg("recording"), py::arg("body"),
           py::kw_only(), py::arg("restore") = true,
           "`body` are indices into the recording. Raises CudaError (refused) for launches that\n"
           "must not be replayed.")
      .def(
          "time_from_idle",
          [](Replayer& replayer, bool graph, bool cold, int replays) {
            return to_array(without_gil(
                [&] { return replayer.time_from_idle(way_of(graph), cache_of(cold), replays); }));
          },
          py::kw_only(), py::arg("graph"), py::arg("cold"), py::arg("replays"),
          "From the first call on an idle stream to the end of the synchronisation, ns.")
      .def(
          "time_behind_gate",
          [](Replayer& replayer, bool graph, bool cold, int replays) {
            return to_array(without_gil(
                [&] { return replayer.time_behind_gate(way_of(graph), cache_of(cold), replays); }));
          },
          py::kw_only(), py::arg("graph"), py::arg("cold"), py::arg("replays"),
          "The device's part by events, all launched before the first may begin, ns; empty where\n"
          "too many launches would have to wait.")
      .def(
          "time_kernels",
          [](Replayer& replayer, bool cold, int replays) {
            return to_array(
                without_gil([&] { return replayer.time_kernels(cache_of(cold), replays); }));
          },
          py::kw_only(), py::arg("cold"), py::arg("replays"),
          "The kernels' own time by CUPTI, added up over the body, ns.")
      .def_property_readonly("kept_bytes", &Replayer::kept_bytes)
      .def_property_readonly("flushed_bytes", &Replayer::flushed_bytes)
      .def_property_readonly("memsets", &Replayer::memsets,
                             "The recorded memsets that are replayed before each run.");
}

}  // namespace

void register_replay(py::module_& module) {
  py::class_<SharedRecording>(module, "Recording", "Launches that were recorded, in their order.")
      .def_static("from_graph", &from_graph, py::arg("graph"),
                  "Record the nodes of a CUgraph, given as a number.")
      .def("rows", &rows_of, "One dictionary a launch.")
      .def("__len__", [](const SharedRecording& recording) { return recording.launches->size(); });

  py::class_<CallRecorder>(module, "CallRecorder", "Records launches as the program makes them.")
      .def(py::init([](std::size_t limit) {
             return std::make_unique<CallRecorder>(skipx::cuda::initialised_driver(),
                                                   skipx::cuda::cupti(), limit);
           }),
           py::kw_only(), py::arg("limit") = std::size_t{100000})
      .def("start", &CallRecorder::start, py::call_guard<py::gil_scoped_release>())
      .def(
          "stop",
          [](CallRecorder& recorder) {
            return without_gil([&] { return share(recorder.stop()); });
          },
          "End the pass; raises CudaError (refused) where a launch could not be copied.")
      .def_property_readonly("left_out", &CallRecorder::left_out,
                             "Launches that came after the limit.");
  register_replayer(module);
}
