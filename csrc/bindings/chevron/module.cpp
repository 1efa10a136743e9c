// skipx._chevron: the launch that only nvcc can build, for the loops of skipx._native.
#include <pybind11/pybind11.h>

#include <string>

#include "launch/chevron.hpp"

namespace py = pybind11;

namespace {

py::capsule launch(int argument_bytes) {
  const auto* const found = skipx::launch::chevron_launch(argument_bytes);
  if (found == nullptr)
    throw py::value_error("no null kernel takes " + std::to_string(argument_bytes) +
                          " bytes of arguments");
  return py::capsule(found, skipx::launch::kForeignLaunch);
}

}  // namespace

PYBIND11_MODULE(_chevron, module) {
  module.doc() = "Launches by <<<>>>; built where nvcc was found.";
  module.def("launch", &launch, py::arg("argument_bytes"),
             "A capsule for LaunchDevice.foreign_launcher. Needs a driver when it is used.");
}
