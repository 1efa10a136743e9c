#include "cuda/library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace skipx::cuda {

namespace {

std::mutex package_folders_mutex;
std::vector<std::string> package_folders;

std::string last_error() {
  const char* const text = dlerror();
  return text == nullptr ? "cannot be loaded" : text;
}

}  // namespace

Library::Library(void* handle) : handle_(handle) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr) path_ = map->l_name;
}

void Library::Closer::operator()(void* handle) const { dlclose(handle); }

void* Library::find(const char* symbol) const { return dlsym(handle_.get(), symbol); }

std::optional<Library> Library::open(const Search& search, std::vector<Attempt>& attempts) {
  const auto attempt = [&](const std::string& place, int flags) -> std::optional<Library> {
    if (void* const handle = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL | flags))
      return Library(handle);
    attempts.push_back({place, last_error()});
    return std::nullopt;
  };
  const char* const named = std::getenv(search.variable);
  if (named != nullptr && *named != '\0') return attempt(named, 0);

  // A second copy of a library in one process has its own state, and CUPTI allows only one.
  for (const std::string& soname : search.sonames)
    if (void* const handle = dlopen(soname.c_str(), RTLD_LAZY | RTLD_NOLOAD))
      return Library(handle);
  for (const std::string& folder : search.folders)
    for (const std::string& soname : search.sonames) {
      const std::filesystem::path file = std::filesystem::path(folder) / soname;
      std::error_code ignored;
      if (!std::filesystem::exists(file, ignored)) continue;
      if (auto found = attempt(file.string(), 0)) return found;
    }
  for (const std::string& soname : search.sonames)
    if (auto found = attempt(soname, 0)) return found;
  return std::nullopt;
}

void set_package_folders(std::vector<std::string> folders) {
  const std::lock_guard lock(package_folders_mutex);
  package_folders = std::move(folders);
}

std::vector<std::string> library_folders(const std::vector<std::string>& toolkit_subfolders) {
  std::vector<std::string> folders;
  {
    const std::lock_guard lock(package_folders_mutex);
    folders = package_folders;
  }
  for (const char* const variable : {"CUDA_HOME", "CUDA_PATH"})
    if (const char* const home = std::getenv(variable); home != nullptr && *home != '\0')
      for (const std::string& subfolder : toolkit_subfolders)
        folders.push_back(std::string(home) + "/" + subfolder);
  for (const std::string& subfolder : toolkit_subfolders)
    folders.push_back("/usr/local/cuda/" + subfolder);
  return folders;
}

std::string describe(const std::vector<Library::Attempt>& attempts) {
  // A library that is there but does not load says more than a name that is not found.
  const auto telling = std::find_if(attempts.begin(), attempts.end(), [](const auto& attempt) {
    return attempt.reason.find("No such file") == std::string::npos;
  });
  if (attempts.empty()) return "there was nowhere to look";
  return telling != attempts.end() ? telling->reason : attempts.front().reason;
}

}  // namespace skipx::cuda
