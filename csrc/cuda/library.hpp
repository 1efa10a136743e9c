// A shared library that is opened when it is needed, and a record of where it was looked for.
// It is never closed: the libraries of CUDA have threads and exit handlers of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace skipx::cuda {

class Library {
 public:
  struct Attempt {
    std::string place, reason;
  };

  // Where to look, in this order: the file that the environment variable names (then nowhere
  // else); a copy that the process has loaded; the folders; the loader's own path.
  struct Search {
    const char* variable;
    std::vector<std::string> sonames;
    std::vector<std::string> folders;
  };

  // Nothing where no place has the library; `attempts` then tells why, place by place.
  static std::optional<Library> open(const Search& search, std::vector<Attempt>& attempts);

  // What this process has opened, in order. `variable` is the environment variable that named the
  // file, or empty; a stand-in is a library that only acts as a device does.
  struct Opened {
    std::string path, variable;
    bool standin;
  };
  static std::vector<Opened> opened();

  // The address of a symbol; null where the library lacks it.
  void* find(const char* symbol) const;

  // The file that was loaded, as the loader names it.
  const std::string& path() const { return path_; }

 private:
  Library(void* handle, const std::string& variable);

  void* handle_;
  std::string path_;
};

// Folders that pip's CUDA packages install to; Python finds them, and tells them once.
void set_package_folders(std::vector<std::string> folders);

// The package folders, then the given subfolders of the CUDA toolkit.
std::vector<std::string> library_folders(const std::vector<std::string>& toolkit_subfolders);

// The attempts as one line: those that found a file that does not load come first.
std::string describe(const std::vector<Library::Attempt>& attempts);

}  // namespace skipx::cuda
