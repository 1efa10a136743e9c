#include <pybind11/pybind11.h>

#include <exception>

#include "bindings/register.hpp"
#include "cuda/error.hpp"

namespace py = pybind11;

namespace {

using skipx::cuda::CudaError;
using skipx::cuda::ErrorKind;

const char* name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kNoDriver:
      return "no_driver";
    case ErrorKind::kNoDevice:
      return "no_device";
    case ErrorKind::kNoCupti:
      return "no_cupti";
    case ErrorKind::kNoRuntime:
      return "no_runtime";
    case ErrorKind::kSubscriberTaken:
      return "subscriber_taken";
    case ErrorKind::kTooOld:
      return "too_old";
    case ErrorKind::kCall:
      return "call";
    case ErrorKind::kRefused:
      return "refused";
  }
  return "call";
}

}  // namespace

void register_cuda_error(py::module_& module) {
  // Lives as long as the process: the translator outlives the module.
  static PyObject* const cuda_error =
      py::exception<CudaError>(module, "CudaError", PyExc_RuntimeError).release().ptr();
  py::handle(cuda_error).attr("__doc__") =
      "Its arguments are the kind of failure, what is wrong in one line, and what helps.";
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const CudaError& error) {
      const py::tuple arguments = py::make_tuple(name_of(error.kind()), error.what(), error.hint());
      PyErr_SetObject(cuda_error, arguments.ptr());
    }
  });
}
