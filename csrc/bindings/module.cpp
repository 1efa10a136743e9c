#include <pybind11/pybind11.h>

#include "bindings/register.hpp"

PYBIND11_MODULE(_native, module) {
  module.doc() =
      "The native parts of skipx: trace reading, graph, chain mining, the timeline"
      " model, CUPTI sessions and the measurement and replay of launches.";
  module.attr("__version__") = SKIPX_VERSION;
  register_trace(module);
  register_chains(module);
  register_cuda_error(module);
  register_cuda(module);
  register_launch(module);
  register_replay(module);
  register_timeline(module);
}
