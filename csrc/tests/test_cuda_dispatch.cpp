// Which library is loaded, in which order, and what is said where one is missing.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "cuda/cupti.hpp"
#include "cuda/driver.hpp"
#include "cuda/runtime.hpp"

using skipx::cuda::CudaError;
using skipx::cuda::CuptiApi;
using skipx::cuda::DriverApi;
using skipx::cuda::ErrorKind;
using skipx::cuda::Library;

namespace {

std::string standin(const std::string& name) {
  return std::string(SKIPX_STANDINS) + "/libstandin_" + name + ".so";
}

Library open_named(const std::string& file) {
  setenv("SKIPX_TEST_LIBRARY", file.c_str(), 1);
  std::vector<Library::Attempt> attempts;
  auto library = Library::open({"SKIPX_TEST_LIBRARY", {"libnothing.so"}, {}}, attempts);
  unsetenv("SKIPX_TEST_LIBRARY");
  REQUIRE(library.has_value());
  return std::move(*library);
}

}  // namespace

TEST_CASE("the environment variable names exactly the file to load") {
  CHECK(open_named(standin("cuda")).path() == standin("cuda"));

  setenv("SKIPX_TEST_LIBRARY", "/nowhere/libcuda.so", 1);
  std::vector<Library::Attempt> attempts;
  // The soname would be found; it is not asked for.
  CHECK(!Library::open({"SKIPX_TEST_LIBRARY", {"libc.so.6"}, {}}, attempts).has_value());
  unsetenv("SKIPX_TEST_LIBRARY");
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].place == "/nowhere/libcuda.so");
  CHECK(describe(attempts).find("/nowhere/libcuda.so") != std::string::npos);
}

TEST_CASE("a loaded copy comes before the folders, folders before the loader's path") {
  std::vector<Library::Attempt> attempts;
  // libc is loaded, so the folder that claims to have it is not looked into.
  auto loaded = Library::open({"SKIPX_UNSET", {"libc.so.6"}, {"/nowhere"}}, attempts);
  REQUIRE(loaded.has_value());
  CHECK(attempts.empty());
  CHECK(loaded->find("strlen") != nullptr);
  CHECK(loaded->find("skipx_has_no_such_function") == nullptr);

  auto in_folder = Library::open(
      {"SKIPX_UNSET", {"libnothing.so", "libstandin_cuda.so"}, {"/nowhere", SKIPX_STANDINS}},
      attempts);
  REQUIRE(in_folder.has_value());
  CHECK(in_folder->path() == standin("cuda"));
  CHECK(attempts.empty());  // places without the file are no failed attempts

  CHECK(!Library::open({"SKIPX_UNSET", {"libnothing.so"}, {"/nowhere"}}, attempts).has_value());
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].place == "libnothing.so");
}

TEST_CASE("sonames come in their order, whichever folder has them") {
  // The first name fits the driver, the second only works with another one.
  std::vector<Library::Attempt> attempts;
  auto found = Library::open({"SKIPX_UNSET",
                              {"libstandin_cupti_12_0.so", "libstandin_cupti.so"},
                              {"/nowhere", SKIPX_STANDINS}},
                             attempts);
  REQUIRE(found.has_value());
  CHECK(found->path() == standin("cupti_12_0"));
  CHECK(skipx::cuda::sonames_for_driver("libx.so") ==
        std::vector<std::string>{"libx.so.13", "libx.so.12"});
}

TEST_CASE("what was opened is known, by whom it was named, and stand-ins as such") {
  std::vector<Library::Attempt> attempts;
  REQUIRE(Library::open({"SKIPX_UNSET", {"libc.so.6"}, {}}, attempts).has_value());
  const auto libc = Library::opened().back();
  CHECK(libc.path.find("libc.so.6") != std::string::npos);
  CHECK(libc.variable.empty());
  CHECK(!libc.standin);
  for (const char* const name : {"cuda", "cudart", "cupti"}) {
    open_named(standin(name));
    const auto opened = Library::opened().back();
    CHECK(opened.path == standin(name));
    CHECK(opened.variable == "SKIPX_TEST_LIBRARY");
    CHECK(opened.standin);
  }
}

TEST_CASE("what does not load says more than what is not there") {
  CHECK(skipx::cuda::describe({{"a", "a: No such file or directory"},
                               {"b", "b: wrong ELF class"}}) == "b: wrong ELF class");
  CHECK(skipx::cuda::describe({{"a", "a: No such file or directory"}}) ==
        "a: No such file or directory");
}

TEST_CASE("pip's folders come before the toolkit's") {
  skipx::cuda::set_package_folders({"/pip/lib"});
  setenv("CUDA_HOME", "/opt/cuda", 1);
  const auto folders = skipx::cuda::library_folders({"lib64"});
  unsetenv("CUDA_HOME");
  skipx::cuda::set_package_folders({});
  CHECK(folders.at(0) == "/pip/lib");
  CHECK(folders.at(1) == "/opt/cuda/lib64");
  CHECK(folders.back() == "/usr/local/cuda/lib64");
}

TEST_CASE("an older library lacks the optional functions, and says which CUDA has them") {
  const DriverApi now(open_named(standin("cuda")));
  CHECK(now.version == 13000);
  CHECK((now.cuFuncGetParamInfo != nullptr));
  CHECK((now.event_elapsed_time != nullptr));

  const DriverApi old(open_named(standin("cuda_12_0")));
  CHECK((old.cuLaunchKernelEx != nullptr));
  CHECK((old.event_elapsed_time != nullptr));  // under its older name
  CHECK((old.cuFuncGetParamInfo == nullptr));
  try {
    skipx::cuda::require(old.cuFuncGetParamInfo, "cuFuncGetParamInfo", 12040);
    FAIL("a missing function was called there");
  } catch (const CudaError& error) {
    CHECK(error.kind() == ErrorKind::kTooOld);
    CHECK(std::string(error.what()) == "the driver has no cuFuncGetParamInfo");
    CHECK(error.hint() == "it came with CUDA 12.4");
  }

  const CuptiApi old_cupti(open_named(standin("cupti_12_0")));
  CHECK(old_cupti.version == 19);
  CHECK((old_cupti.cuptiSubscribe_v2 == nullptr));
  CHECK((old_cupti.cuptiActivityEnableRuntimeApi == nullptr));
}

TEST_CASE("a library without a required function is too old") {
  try {
    const DriverApi api(open_named("libc.so.6"));
    FAIL("libc was taken for libcuda");
  } catch (const CudaError& error) {
    CHECK(error.kind() == ErrorKind::kTooOld);
    CHECK(std::string(error.what()).find("has no function cuInit") != std::string::npos);
  }
}

TEST_CASE("errors name the call and the error") {
  CHECK_NOTHROW(skipx::cuda::check(CUDA_SUCCESS, "cuInit"));
  try {
    skipx::cuda::check(CUDA_ERROR_ILLEGAL_ADDRESS, "cuCtxSynchronize");
    FAIL("an error passed");
  } catch (const CudaError& error) {
    CHECK(error.kind() == ErrorKind::kCall);
    CHECK(error.status() == 700);
    CHECK(std::string(error.what()) ==
          "cuCtxSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS, as the script says");
  }
}
