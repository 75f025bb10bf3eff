// A shared library opened at run time. It stays loaded for the life of the process: CUDA's libraries do not
// survive being unloaded. Any thread.
#pragma once

#include "common/result.h"

#include <filesystem>

namespace musicfleet::device {

class SharedLibrary {
 public:
  // A name that the system's loader finds, or a path. Errors: kUnavailable with the loader's reason.
  static Result<SharedLibrary> open(const std::filesystem::path& name);

  bool has(const char* symbol) const { return find(symbol) != nullptr; }
  // Only what has() found.
  template <class Function>
  Function* function(const char* symbol) const {
    return reinterpret_cast<Function*>(find(symbol));
  }

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  void* find(const char* symbol) const;

  void* handle_;
};

}  // namespace musicfleet::device
