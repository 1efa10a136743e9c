#include "cuda/library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace skipx::cuda {

namespace {

// What every stand-in exports, so that none of its figures is taken for a measurement.
constexpr const char* kStandin = "skipx_standin";

std::mutex mutex;
std::vector<std::string> package_folders;
std::vector<Library::Opened> all_opened;

std::string last_error() {
  const char* const text = dlerror();
  return text == nullptr ? "cannot be loaded" : text;
}

}  // namespace

Library::Library(void* handle, const std::string& variable) : handle_(handle) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr) path_ = map->l_name;
  const std::lock_guard lock(mutex);
  all_opened.push_back({path_, variable, find(kStandin) != nullptr});
}

std::vector<Library::Opened> Library::opened() {
  const std::lock_guard lock(mutex);
  return all_opened;
}

void* Library::find(const char* symbol) const { return dlsym(handle_, symbol); }

std::optional<Library> Library::open(const Search& search, std::vector<Attempt>& attempts) {
  const auto attempt = [&](const std::string& place,
                           const char* variable) -> std::optional<Library> {
    if (void* const handle = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL))
      return Library(handle, variable);
    attempts.push_back({place, last_error()});
    return std::nullopt;
  };
  const char* const named = std::getenv(search.variable);
  if (named != nullptr && *named != '\0') return attempt(named, search.variable);

  // A second copy of a library in one process has its own state, and CUPTI allows only one.
  for (const std::string& soname : search.sonames)
    if (void* const handle = dlopen(soname.c_str(), RTLD_LAZY | RTLD_NOLOAD))
      return Library(handle, "");
  // By soname first: they stand in the order in which they fit the driver.
  for (const std::string& soname : search.sonames)
    for (const std::string& folder : search.folders) {
      const std::filesystem::path file = std::filesystem::path(folder) / soname;
      std::error_code ignored;
      if (!std::filesystem::exists(file, ignored)) continue;
      if (auto found = attempt(file.string(), "")) return found;
    }
  for (const std::string& soname : search.sonames)
    if (auto found = attempt(soname, "")) return found;
  return std::nullopt;
}

void set_package_folders(std::vector<std::string> folders) {
  const std::lock_guard lock(mutex);
  package_folders = std::move(folders);
}

std::vector<std::string> library_folders(const std::vector<std::string>& toolkit_subfolders) {
  std::vector<std::string> folders;
  {
    const std::lock_guard lock(mutex);
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
