#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

int main(int argc, char** argv) {
  // Before anything opens a library of CUDA: the tests run on the virtual device, also on a
  // machine that has a real one.
  setenv("SKIPX_LIBCUDA", SKIPX_STANDINS "/libstandin_cuda.so", 1);
  setenv("SKIPX_LIBCUDART", SKIPX_STANDINS "/libstandin_cudart.so", 1);
  setenv("SKIPX_LIBCUPTI", SKIPX_STANDINS "/libstandin_cupti.so", 1);
  return doctest::Context(argc, argv).run();
}
