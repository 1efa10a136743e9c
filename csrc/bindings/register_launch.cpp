#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/register.hpp"
#include "cuda/runtime.hpp"
#include "launch/copies.hpp"
#include "launch/driver_paths.hpp"
#include "launch/foreign_path.hpp"
#include "launch/graph_path.hpp"
#include "launch/kernels.hpp"
#include "launch/loops.hpp"
#include "launch/queue.hpp"
#include "launch/runtime_paths.hpp"
#include "launch/spin.hpp"
#include "launch/waits.hpp"

namespace py = pybind11;

namespace {

using namespace skipx::launch;
using skipx::bindings::to_array;
using SharedDevice = std::shared_ptr<Device>;

std::unique_ptr<Launcher> make_launcher(const SharedDevice& device, const std::string& path,
                                        int argument_bytes, int grid, bool non_blocking, int nodes,
                                        int branches) {
  const LaunchShape shape{argument_bytes, grid, non_blocking};
  if (path == "cuLaunchKernel") return std::make_unique<DriverLauncher>(device, shape);
  if (path == "cuLaunchKernelEx") return std::make_unique<DriverExLauncher>(device, shape);
  if (path == "cudaLaunchKernel") return std::make_unique<RuntimeLauncher>(device, shape);
  if (path == "cudaLaunchKernelExC")
    return std::make_unique<RuntimeExLauncher>(device, shape, false);
  if (path == "cudaLaunchKernelExC+pdl")
    return std::make_unique<RuntimeExLauncher>(device, shape, true);
  if (path == "cuMemsetD8Async") return std::make_unique<MemsetLauncher>(device, shape);
  if (path == "cuGraphLaunch")
    return std::make_unique<GraphLauncher>(device, shape, nodes, branches);
  throw py::value_error("no native launch path is named " + path);
}

std::unique_ptr<Launcher> make_foreign(const SharedDevice& device, const py::capsule& capsule,
                                       int argument_bytes, int grid, bool non_blocking) {
  const auto* const foreign =
      static_cast<const ForeignLaunch*>(PyCapsule_GetPointer(capsule.ptr(), kForeignLaunch));
  if (foreign == nullptr) throw py::error_already_set();
  return std::make_unique<ForeignLauncher>(device, LaunchShape{argument_bytes, grid, non_blocking},
                                           *foreign);
}

template <typename Work>
auto without_gil(Work&& work) {
  const py::gil_scoped_release release;
  return std::forward<Work>(work)();
}

py::dict idle(Launcher& launcher, int count) {
  IdleBlock block = without_gil([&] { return time_idle(launcher, count); });
  return py::dict(py::arg("call_ns") = to_array(std::move(block.call_ns)),
                  py::arg("sync_ns") = to_array(std::move(block.sync_ns)),
                  py::arg("returned_at") = to_array(std::move(block.returned_at)));
}

py::dict bursts(Launcher& launcher, int count, int depth) {
  BurstBlock block = without_gil([&] { return time_bursts(launcher, count, depth); });
  return py::dict(py::arg("submitted_ns") = to_array(std::move(block.submitted_ns)),
                  py::arg("drained_ns") = to_array(std::move(block.drained_ns)));
}

py::array_t<std::int64_t> copies(const SharedDevice& device, bool to_device, bool pinned,
                                 std::size_t bytes, int count) {
  const Direction direction = to_device ? Direction::kHostToDevice : Direction::kDeviceToHost;
  return to_array(
      without_gil([&] { return time_copies(*device, direction, pinned, bytes, count); }));
}

Wait wait_of(const std::string& call) {
  if (call == "cuStreamSynchronize") return Wait::kStream;
  if (call == "cuCtxSynchronize") return Wait::kDevice;
  if (call == "cuEventSynchronize") return Wait::kEvent;
  throw py::value_error("no synchronising call is named " + call);
}

void register_launcher(py::module_& module) {
  py::class_<Launcher>(module, "Launcher", "One way to launch a null kernel, and its timed loops.")
      .def("idle", &idle, py::arg("count"),
           "Launches on an idle stream. Int64 columns, one row a launch: call_ns, sync_ns, and\n"
           "returned_at, when the synchronisation returned by the real-time clock.")
      .def("bursts", &bursts, py::arg("count"), py::arg("depth"),
           "Bursts of launches. Int64 columns, one row a burst: submitted_ns up to the end of the\n"
           "last call, drained_ns up to the end of the work.")
      .def("preheat", &preheat, py::arg("seconds"), py::call_guard<py::gil_scoped_release>(),
           "Launches for that long; returns how often.");
}

}  // namespace

void register_launch(py::module_& module) {
  register_launcher(module);
  py::class_<Device, SharedDevice>(module, "LaunchDevice",
                                   "A CUDA device with the null kernels loaded.")
      .def(py::init<int>(), py::arg("ordinal"))
      .def_property_readonly("ordinal", &Device::ordinal)
      .def_property_readonly("name", &Device::name)
      .def_property_readonly("uuid", &Device::uuid)
      .def_property_readonly("pci_bus_id", &Device::pci_bus_id)
      .def_property_readonly("multiprocessors", &Device::multiprocessors)
      .def_property_readonly("compute_capability", &Device::compute_capability, "90 for 9.0.")
      .def_property_readonly(
          "driver_version", [](const Device& device) { return device.api().version; },
          "The newest CUDA that the driver knows, 13000 for 13.0.")
      .def("launcher", &make_launcher, py::arg("path"), py::kw_only(),
           py::arg("argument_bytes") = 0, py::arg("grid") = 1, py::arg("non_blocking") = true,
           py::arg("nodes") = 1, py::arg("branches") = 1,
           "A launcher by the name of its call; nodes and branches are a graph's. Raises\n"
           "CudaError where this machine has no such path.")
      .def("foreign_launcher", &make_foreign, py::arg("capsule"), py::kw_only(),
           py::arg("argument_bytes") = 0, py::arg("grid") = 1, py::arg("non_blocking") = true,
           "A launcher that another extension brings.")
      .def(
          "queue_depth",
          [](const SharedDevice& device, int most, int patience_ms) {
            return without_gil([&] { return queue_depth(device, most, patience_ms); });
          },
          py::arg("most") = 16384, py::arg("patience_ms") = 100,
          "Launches that can be pending on a stream; None where `most` did not fill it.")
      .def(
          "run_queued",
          [](const SharedDevice& device, bool memsets, int rounds) {
            without_gil([&] {
              run_queued(device, memsets ? Pair::kKernelMemset : Pair::kKernelKernel, rounds);
            });
          },
          py::arg("memsets"), py::arg("rounds"),
          "Runs pairs of kernels, or of a kernel and a memset, that were all queued before.")
      .def(
          "run_waits",
          [](const SharedDevice& device, const std::string& call, int count) {
            const Wait wait = wait_of(call);
            without_gil([&] { run_waits(device, wait, count); });
          },
          py::arg("call"), py::arg("count"),
          "Runs kernels that cuStreamSynchronize, cuCtxSynchronize or cuEventSynchronize waits\n"
          "for, each in turn.")
      .def_property_readonly(
          "highest_sm_mhz",
          [](const Device& device) {
            return device.attribute(CU_DEVICE_ATTRIBUTE_CLOCK_RATE) / 1e3;
          },
          "The highest SM clock that the driver states, MHz; 0 where it states none.")
      .def("copies", &copies, py::kw_only(), py::arg("to_device"), py::arg("pinned"),
           py::arg("size"), py::arg("count"), "The time of each copy of so many bytes, ns.");
  py::class_<SmClock>(module, "SmClock", "The clock of a device's multiprocessors.")
      .def(py::init<SharedDevice>(), py::arg("device"))
      .def("mhz", &SmClock::mhz, py::call_guard<py::gil_scoped_release>(),
           "Runs a kernel of 100 us and returns the SM clock during it, MHz. Raises CudaError\n"
           "where the device's timer stands still.");
  module.def(
      "cuda_runtime_version", [] { return skipx::cuda::runtime().version; },
      "Version of the libcudart in use, 13000 for 13.0; raises CudaError where none is.");
  module.attr("ARGUMENT_BYTES") =
      py::tuple(py::cast(std::vector<int>(kArgumentBytes.begin(), kArgumentBytes.end())));
}
