#include "launch/foreign_path.hpp"

#include <string>
#include <utility>

namespace skipx::launch {

namespace {

void require_no_error(const char* error, const char* call) {
  if (error != nullptr)
    throw cuda::CudaError(cuda::ErrorKind::kCall, std::string(call) + ": " + error);
}

}  // namespace

ForeignLauncher::ForeignLauncher(std::shared_ptr<const Device> device, const LaunchShape& shape,
                                 const ForeignLaunch& foreign)
    : Launcher(std::move(device), shape), foreign_(foreign) {
  require_no_error(foreign.set_device(this->device().ordinal()), "cudaSetDevice");
}

void ForeignLauncher::launch() {
  void** const arguments = this->arguments();
  foreign_.launch(grid(), arguments == nullptr ? nullptr : *arguments, stream());
}

void ForeignLauncher::synchronize() {
  require_no_error(foreign_.error(), "<<<>>>");
  Launcher::synchronize();
}

}  // namespace skipx::launch
