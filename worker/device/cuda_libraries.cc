#include "worker/device/cuda_libraries.h"

#include "worker/device/shared_library.h"

#include <link.h>

#include <string_view>
#include <system_error>

namespace musicfleet::device {

Result<std::filesystem::path> torch_folder() {
  std::filesystem::path found;
  const auto look = [](dl_phdr_info* info, std::size_t, void* data) {
    const std::filesystem::path path = info->dlpi_name;
    if (path.filename() != "libtorch_cpu.so") return 0;
    *static_cast<std::filesystem::path*>(data) = path.parent_path();
    return 1;
  };
  dl_iterate_phdr(look, &found);
  if (found.empty()) return fail(ErrorCode::kInternal, "this program does not run with libtorch");
  return found;
}

Result<> load_cuda_libraries(const std::filesystem::path& folder) {
  constexpr std::string_view kRemedy = "; script/bootstrap --cuda adds the CUDA libraries";
  const std::filesystem::path library = folder / "libtorch_cuda.so";
  std::error_code ignored;
  if (!std::filesystem::exists(library, ignored))
    return fail(ErrorCode::kUnavailable, "there is no libtorch_cuda.so in ", folder.string(), kRemedy);
  if (const auto opened = SharedLibrary::open(library); !opened)
    return fail(ErrorCode::kUnavailable, "the CUDA libraries cannot be loaded: ", opened.error().message,
                kRemedy);
  return {};
}

}  // namespace musicfleet::device
