#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/register.hpp"
#include "bindings/tables.hpp"
#include "trace/graph.hpp"
#include "trace/kineto_scanner.hpp"

namespace py = pybind11;

namespace {

using skipx::bindings::Array;
using skipx::bindings::to_array;
using skipx::bindings::to_span;
using skipx::trace::KinetoScanner;
using skipx::trace::Oddity;
using skipx::trace::ReadOptions;
using skipx::trace::ScanError;
using skipx::trace::ScannedTrace;

const char* name_of(ScanError::Kind kind) {
  switch (kind) {
    case ScanError::Kind::kNotJson:
      return "not-json";
    case ScanError::Kind::kNotATrace:
      return "not-a-trace";
    case ScanError::Kind::kTruncated:
      return "truncated";
    case ScanError::Kind::kLimit:
      return "limit";
    case ScanError::Kind::kStrict:
      return "strict";
  }
  return "unknown";
}

KinetoScanner make_scanner(std::optional<std::int64_t> begin_ns, std::optional<std::int64_t> end_ns,
                           std::vector<std::string> threads, std::vector<std::int32_t> devices,
                           bool annotations_only, bool strict, bool partial) {
  ReadOptions options;
  if (begin_ns) options.begin_ns = *begin_ns;
  if (end_ns) options.end_ns = *end_ns;
  options.threads = std::move(threads);
  options.devices = std::move(devices);
  options.annotations_only = annotations_only;
  options.strict = strict;
  options.partial = partial;
  return KinetoScanner(std::move(options));
}

void feed(KinetoScanner& scanner, const py::buffer& data) {
  const py::buffer_info info = data.request();
  if (info.itemsize != 1 || info.ndim != 1 || info.strides[0] != 1)
    throw py::value_error("contiguous bytes are wanted");
  const auto* const text = static_cast<const char*>(info.ptr);
  const py::gil_scoped_release release;
  scanner.feed({text, static_cast<std::size_t>(info.size)});
}

py::dict oddities_of(const ScannedTrace& trace) {
  py::dict counts;
  const auto put = [&](const char* name, const Oddity& oddity) {
    counts[name] = py::make_tuple(oddity.count, oddity.first_offset);
  };
  put("repaired_names", trace.oddities.repaired_names);
  put("unreadable_events", trace.oddities.unreadable_events);
  put("missing_durations", trace.oddities.missing_durations);
  put("negative_durations", trace.oddities.negative_durations);
  put("bad_timestamps", trace.oddities.bad_timestamps);
  put("zero_timestamps", trace.oddities.zero_timestamps);
  put("bad_ids", trace.oddities.bad_ids);
  put("rounded_timestamps", trace.oddities.rounded_timestamps);
  return counts;
}

py::list names_of(const ScannedTrace& trace) {
  py::list names;
  for (const std::string_view name : trace.names) names.append(py::bytes(name.data(), name.size()));
  return names;
}

py::list threads_of(const ScannedTrace& trace) {
  py::list threads;
  for (const auto& thread : trace.threads)
    threads.append(
        py::make_tuple(py::bytes(thread.pid), py::bytes(thread.tid), py::bytes(thread.label)));
  return threads;
}

py::dict tables_of(skipx::trace::TraceColumns&& columns) {
  auto& [ops, calls, activities, regions] = columns;
  py::dict tables;
  tables["ops"] = py::dict(py::arg("begin") = to_array(std::move(ops.begin)),
                           py::arg("dur") = to_array(std::move(ops.dur)),
                           py::arg("thread") = to_array(std::move(ops.thread)),
                           py::arg("name") = to_array(std::move(ops.name)),
                           py::arg("external_id") = to_array(std::move(ops.external_id)));
  tables["calls"] = skipx::bindings::calls_table(std::move(calls));
  tables["activities"] = skipx::bindings::activities_table(std::move(activities));
  tables["regions"] = py::dict(py::arg("begin") = to_array(std::move(regions.begin)),
                               py::arg("dur") = to_array(std::move(regions.dur)),
                               py::arg("thread") = to_array(std::move(regions.thread)),
                               py::arg("name") = to_array(std::move(regions.name)),
                               py::arg("kind") = to_array(std::move(regions.kind)));
  return tables;
}

py::dict finish(KinetoScanner& scanner) {
  ScannedTrace trace = [&] {
    const py::gil_scoped_release release;
    return scanner.finish();
  }();
  py::dict categories;
  for (const auto& entry : trace.categories)
    if (entry.complete_events != 0) categories[py::bytes(entry.spelling)] = entry.complete_events;
  py::dict metadata;
  for (const auto& [key, text] : trace.metadata) metadata[py::bytes(key)] = py::bytes(text);
  py::dict result;
  result["names"] = names_of(trace);
  result["threads"] = threads_of(trace);
  result["categories"] = categories;
  result["metadata"] = metadata;
  result["oddities"] = oddities_of(trace);
  result["events"] = trace.events;
  result["filtered_events"] = trace.filtered_events;
  result["text_bytes"] = trace.text_bytes;
  result["truncated"] = trace.truncated;
  result["tables"] = tables_of(std::move(trace.columns));
  return result;
}

void require_equal(std::initializer_list<py::ssize_t> sizes) {
  for (const py::ssize_t size : sizes)
    if (size != *sizes.begin()) throw py::value_error("columns of one table differ in length");
}

py::tuple op_tree(const Array<std::int64_t>& op_begin, const Array<std::int64_t>& op_dur,
                  const Array<std::int32_t>& op_thread, const Array<std::int64_t>& call_begin,
                  const Array<std::int32_t>& call_thread) {
  require_equal({op_begin.size(), op_dur.size(), op_thread.size()});
  require_equal({call_begin.size(), call_thread.size()});
  const skipx::trace::HostEvents ops{to_span(op_begin), to_span(op_dur), to_span(op_thread)};
  const skipx::trace::HostEvents calls{to_span(call_begin), {}, to_span(call_thread)};
  skipx::trace::OpTree tree = [&] {
    const py::gil_scoped_release release;
    return skipx::trace::build_op_tree(ops, calls);
  }();
  return py::make_tuple(to_array(std::move(tree.parent)), to_array(std::move(tree.root)),
                        to_array(std::move(tree.depth)), to_array(std::move(tree.call_op)));
}

py::tuple join_launches(const Array<std::int64_t>& call_begin,
                        const Array<std::int64_t>& call_correlation,
                        const Array<std::int8_t>& call_api,
                        const Array<std::int64_t>& activity_begin,
                        const Array<std::int64_t>& activity_correlation) {
  require_equal({call_begin.size(), call_correlation.size(), call_api.size()});
  require_equal({activity_begin.size(), activity_correlation.size()});
  const skipx::trace::CallKeys calls{to_span(call_begin), to_span(call_correlation),
                                     to_span(call_api)};
  const skipx::trace::ActivityKeys activities{to_span(activity_begin),
                                              to_span(activity_correlation)};
  skipx::trace::LaunchJoin join = [&] {
    const py::gil_scoped_release release;
    return skipx::trace::join_launches(calls, activities);
  }();
  return py::make_tuple(to_array(std::move(join.call)), join.duplicates);
}

}  // namespace

void register_trace(py::module_& module) {
  static PyObject* const scan_error =
      py::exception<ScanError>(module, "ScanError", PyExc_ValueError).release().ptr();
  py::register_exception_translator([](std::exception_ptr caught) {
    try {
      if (caught) std::rethrow_exception(caught);
    } catch (const ScanError& error) {
      const py::tuple arguments =
          py::make_tuple(name_of(error.kind()), error.what(), error.offset());
      PyErr_SetObject(scan_error, arguments.ptr());
    }
  });

  py::class_<KinetoScanner>(module, "KinetoScanner",
                            "Reads the text of a Kineto file piece by piece.")
      .def(py::init(&make_scanner), py::kw_only(), py::arg("begin_ns") = py::none(),
           py::arg("end_ns") = py::none(), py::arg("threads") = std::vector<std::string>(),
           py::arg("devices") = std::vector<std::int32_t>(), py::arg("annotations_only") = false,
           py::arg("strict") = false, py::arg("partial") = false)
      .def("feed", &feed, py::arg("data"), "Take the next bytes; the GIL is released.")
      .def("finish", &finish, "End the text and return tables, names and counts.");

  module.def("op_tree", &op_tree, py::arg("op_begin"), py::arg("op_dur"), py::arg("op_thread"),
             py::arg("call_begin"), py::arg("call_thread"),
             "Return parent, root and depth of each op and the op of each call.");
  module.def("join_launches", &join_launches, py::arg("call_begin"), py::arg("call_correlation"),
             py::arg("call_api"), py::arg("activity_begin"), py::arg("activity_correlation"),
             "Return the call of each activity and the number of duplicate ids.");
}
