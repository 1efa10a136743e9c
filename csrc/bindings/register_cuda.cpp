#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/register.hpp"
#include "bindings/tables.hpp"
#include "cuda/cupti.hpp"
#include "cuda/driver.hpp"
#include "cuda/session.hpp"

namespace py = pybind11;

namespace {

using skipx::bindings::to_array;
using skipx::cuda::CudaError;
using skipx::cuda::CuptiSession;
using skipx::cuda::DriverApi;
using skipx::cuda::ErrorKind;
using skipx::cuda::SessionOptions;
using skipx::cuda::SessionRecords;

py::dict to_dict(SessionRecords&& records) {
  py::list names, threads;
  for (const std::string_view name : records.names)
    names.append(py::bytes(name.data(), name.size()));
  for (const auto& thread : records.threads)
    threads.append(py::make_tuple(thread.pid, thread.tid, thread.label));
  py::dict counts;
  counts["records"] = records.records;
  counts["untimed"] = records.untimed;
  counts["unknown_kinds"] = records.unknown_kinds;
  counts["clock_violations"] = records.clock_violations;
  counts["during_overhead"] = records.during_overhead;
  py::dict result;
  result["names"] = names;
  result["threads"] = threads;
  result["counts"] = counts;
  result["calls"] = skipx::bindings::calls_table(std::move(records.calls));
  result["activities"] = skipx::bindings::activities_table(std::move(records.activities));
  result["queued"] = to_array(std::move(records.queued));
  result["submitted"] = to_array(std::move(records.submitted));
  result["flags"] = to_array(std::move(records.flags));
  result["overheads"] = py::dict(py::arg("begin") = to_array(std::move(records.overhead_begin)),
                                 py::arg("dur") = to_array(std::move(records.overhead_dur)),
                                 py::arg("kind") = to_array(std::move(records.overhead_kind)));
  return result;
}

// A session whose subscriber is given back when Python says so, not when it collects garbage.
class LiveSession {
 public:
  explicit LiveSession(const SessionOptions& options) {
    const py::gil_scoped_release release;
    session_.emplace(options);
  }

  void start() {
    const py::gil_scoped_release release;
    open().start();
  }

  void watch(bool all_calls) {
    const py::gil_scoped_release release;
    open().watch(all_calls);
  }

  py::dict cut() { return taken(&CuptiSession::cut); }
  py::dict stop() { return taken(&CuptiSession::stop); }

  void close() { session_.reset(); }

 private:
  CuptiSession& open() {
    if (!session_) throw CudaError(ErrorKind::kRefused, "the CUPTI session is closed");
    return *session_;
  }

  py::dict taken(SessionRecords (CuptiSession::*take)()) {
    SessionRecords records = [&] {
      const py::gil_scoped_release release;
      return (open().*take)();
    }();
    return to_dict(std::move(records));
  }

  std::optional<CuptiSession> session_;
};

std::vector<std::string> device_names() {
  const DriverApi& cuda = skipx::cuda::initialised_driver();
  int count = 0;
  skipx::cuda::check(cuda.cuDeviceGetCount(&count), "cuDeviceGetCount");
  std::vector<std::string> names;
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    CUdevice device = 0;
    char name[256] = {};
    skipx::cuda::check(cuda.cuDeviceGet(&device, ordinal), "cuDeviceGet");
    skipx::cuda::check(cuda.cuDeviceGetName(name, sizeof name, device), "cuDeviceGetName");
    names.emplace_back(name);
  }
  return names;
}

}  // namespace

void register_cuda(py::module_& module) {
  py::class_<LiveSession>(module, "CuptiSession",
                          "Records launches and what the devices did; takes CUPTI's subscriber.")
      .def(py::init([](bool all_calls, bool latency_timestamps, std::size_t buffer_bytes,
                       std::size_t most_bytes) {
             return std::make_unique<LiveSession>(
                 SessionOptions{all_calls, latency_timestamps, buffer_bytes, most_bytes});
           }),
           py::kw_only(), py::arg("all_calls") = true, py::arg("latency_timestamps") = false,
           py::arg("buffer_bytes") = SessionOptions{}.buffer_bytes,
           py::arg("most_bytes") = SessionOptions{}.most_bytes)
      .def("start", &LiveSession::start, "Begin to record.")
      .def("watch", &LiveSession::watch, py::arg("all_calls"),
           "Record all calls, or launches alone, from here on.")
      .def("cut", &LiveSession::cut,
           "Wait for the devices and return the columns since the start or the last cut; the\n"
           "session goes on.")
      .def("stop", &LiveSession::stop, "Wait for the devices and return the columns.")
      .def("close", &LiveSession::close, "Give the subscriber back.");

  module.def("set_library_folders", &skipx::cuda::set_package_folders, py::arg("folders"),
             "Name the folders where pip's packages keep libraries of CUDA.");
  module.def(
      "opened_libraries",
      [] {
        py::list all;
        for (const auto& one : skipx::cuda::Library::opened())
          all.append(py::make_tuple(one.path, one.variable, one.standin));
        return all;
      },
      "Return path, environment variable that named it (or empty) and whether it is a stand-in, "
      "of\n"
      "each library of CUDA that this process has opened.");
  module.def("cuda_device_names", &device_names, "Return the name of each device of the driver.");
  module.def(
      "cuda_driver_version", [] { return skipx::cuda::driver().version; },
      "Return the newest CUDA that the driver knows, 13000 for 13.0.");
  module.def(
      "cupti_version", [] { return skipx::cuda::cupti().version; },
      "Return CUPTI's own version number.");
}
