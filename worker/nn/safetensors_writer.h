// Writes a safetensors file (https://huggingface.co/docs/safetensors) of fp32 tensors. Pure but for the file,
// any thread.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace musicfleet::nn {

struct Float32Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // row-major, as many as the shape says
};

// Tensors are laid out by name; the same tensors give the same bytes. Errors: kUnavailable, with the file's
// name.
Result<> write_safetensors(const std::filesystem::path& path,
                           const std::map<std::string, Float32Tensor>& tensors);

}  // namespace musicfleet::nn
