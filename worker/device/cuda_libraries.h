// libtorch's CUDA half, opened at run time beside the libtorch_cpu.so that the program is linked with, so
// that one binary serves machines with and without a GPU. libtorch remembers its first answer to "is there
// CUDA?": whoever loads the libraries does so before anything asks. Any thread.
#pragma once

#include "common/result.h"

#include <filesystem>

namespace musicfleet::device {

// The folder of the libtorch_cpu.so that this process runs with. Errors: kInternal.
Result<std::filesystem::path> torch_folder();

// Opens libtorch_cuda.so of `folder` and what it needs. Errors: kUnavailable with what is missing and the
// command that adds it.
Result<> load_cuda_libraries(const std::filesystem::path& folder);

}  // namespace musicfleet::device
