#include <pybind11/pybind11.h>

#include "bindings/register.hpp"

PYBIND11_MODULE(_native, module) {
  module.doc() = "The native parts of skipx: trace reading, graph and chain mining.";
  module.attr("__version__") = SKIPX_VERSION;
  register_trace(module);
  register_chains(module);
}
