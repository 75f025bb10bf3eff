// A folder of golden data: reference tensors by file and group, JSON cases, and the checkpoints that made
// them. One thread.
#pragma once

#include "common/result.h"

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::parity {

// One safetensors file of the golden data.
class GoldenFile {
 public:
  static Result<GoldenFile> open(const std::filesystem::path& path);

  const std::string& stem() const { return stem_; }
  bool has(std::string_view tensor) const { return tensors_.find(tensor) != tensors_.end(); }
  // An undefined tensor when there is none.
  at::Tensor operator[](std::string_view tensor) const;
  // What stands before the first dot of each name, in order, once each; a name without a dot is its own
  // group.
  std::vector<std::string> groups() const;
  // The tensors whose name starts with `prefix`, without it.
  std::map<std::string, at::Tensor> under(std::string_view prefix) const;
  // "stem/group"
  std::string stage(std::string_view group) const;

 private:
  std::string stem_;
  std::map<std::string, at::Tensor, std::less<>> tensors_;
};

class GoldenFolder {
 public:
  // `checkpoint`: used for every stage instead of the folder's own ckpt_turbo and ckpt_base.
  GoldenFolder(std::filesystem::path root, std::optional<std::filesystem::path> checkpoint)
      : root_(std::move(root)), checkpoint_(std::move(checkpoint)) {}

  // Stems of all files *.safetensors, sorted.
  std::vector<std::string> stems() const;
  Result<GoldenFile> file(std::string_view stem) const;
  bool has_json(std::string_view stem) const;
  Result<nlohmann::json> json(std::string_view stem) const;
  // The checkpoint that the file was made with.
  std::filesystem::path checkpoint_of(std::string_view stem) const;
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
  std::optional<std::filesystem::path> checkpoint_;
};

}  // namespace musicfleet::parity
