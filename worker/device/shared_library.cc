#include "worker/device/shared_library.h"

#include <dlfcn.h>

namespace musicfleet::device {

Result<SharedLibrary> SharedLibrary::open(const std::filesystem::path& name) {
  void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    return fail(ErrorCode::kUnavailable, reason != nullptr ? reason : name.c_str());
  }
  return SharedLibrary(handle);
}

void* SharedLibrary::find(const char* symbol) const { return dlsym(handle_, symbol); }

}  // namespace musicfleet::device
