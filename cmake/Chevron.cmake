# skipx._chevron, the launches by <<<>>>: built where a working nvcc is found, and left out, with a
# word, where none is. It has its own static copy of the runtime, so that it imports anywhere.

option(SKIPX_CHEVRON "Build skipx._chevron where nvcc is found" ON)
if(NOT SKIPX_CHEVRON)
  return()
endif()

# A native architecture is never asked for: without a GPU nvcc then builds its default, silently.
# The version decides, and it is not known before the language is enabled.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES OFF)
endif()
# The compiler of a toolkit need not be on the path. Named by the environment it is tried out below;
# one that CMake's own variable names is not, and a broken one would end the whole build.
if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
  find_program(nvcc NAMES nvcc HINTS ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES bin NO_CACHE)
  if(nvcc)
    set(ENV{CUDACXX} "${nvcc}")
  endif()
endif()
include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  message(STATUS "No nvcc: skipx._chevron is left out")
  return()
endif()
enable_language(CUDA)
if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 12)
  message(STATUS "nvcc is older than 12.0: skipx._chevron is left out")
  return()
elseif(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 12.8)
  set(architectures 75-real 80-real 90)
else()
  set(architectures 75-real 80-real 90-real 100-real 120-virtual)
endif()

pybind11_add_module(_chevron csrc/bindings/chevron/module.cpp csrc/launch/chevron.cu)
target_include_directories(_chevron PRIVATE csrc)
set_target_properties(_chevron PROPERTIES CUDA_ARCHITECTURES "${architectures}"
                                          CUDA_RUNTIME_LIBRARY Static
                                          CUDA_STANDARD 17
                                          CUDA_VISIBILITY_PRESET hidden)
install(TARGETS _chevron LIBRARY DESTINATION skipx)
