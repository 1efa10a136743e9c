// One function an area; module.cpp calls them all.
#pragma once

#include <pybind11/pybind11.h>

void register_trace(pybind11::module_& module);
void register_chains(pybind11::module_& module);
void register_cuda(pybind11::module_& module);
void register_cuda_error(pybind11::module_& module);
void register_launch(pybind11::module_& module);
void register_replay(pybind11::module_& module);
void register_timeline(pybind11::module_& module);
