#include "tests/parity/golden.h"

#include "worker/nn/weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace musicfleet::parity {
namespace {

// Groups that hold what a stage starts from, and nothing that it makes.
bool is_input(std::string_view group) {
  return group == "in" || group == "noise" || group == "src_audio" || group == "reference_audio" ||
         group == "guidance_scale" || group.starts_with("vae_noise");
}

}  // namespace

Result<GoldenFile> GoldenFile::open(const std::filesystem::path& path) {
  const nn::SafetensorsFile file = MF_TRY(nn::SafetensorsFile::open(path));
  GoldenFile golden;
  golden.stem_ = path.stem().string();
  for (const auto& [name, entry] : file.entries) golden.tensors_.emplace(name, nn::tensor_of(file, entry));
  return golden;
}

at::Tensor GoldenFile::operator[](std::string_view tensor) const {
  const auto found = tensors_.find(tensor);
  return found == tensors_.end() ? at::Tensor() : found->second;
}

std::vector<std::string> GoldenFile::groups() const {
  std::vector<std::string> groups;
  for (const auto& [name, tensor] : tensors_) {
    std::string group = name.substr(0, name.find('.'));
    if (is_input(group)) continue;
    if (groups.empty() || groups.back() != group) groups.push_back(std::move(group));
  }
  return groups;
}

std::map<std::string, at::Tensor> GoldenFile::under(std::string_view prefix) const {
  std::map<std::string, at::Tensor> found;
  for (const auto& [name, tensor] : tensors_)
    if (name.starts_with(prefix)) found.emplace(name.substr(prefix.size()), tensor);
  return found;
}

std::string GoldenFile::stage(std::string_view group) const { return concat(stem_, "/", group); }

std::vector<std::string> GoldenFolder::stems() const {
  std::vector<std::string> stems;
  for (const auto& entry : std::filesystem::directory_iterator(root_))
    if (entry.path().extension() == ".safetensors") stems.push_back(entry.path().stem().string());
  std::sort(stems.begin(), stems.end());
  return stems;
}

Result<GoldenFile> GoldenFolder::file(std::string_view stem) const {
  return GoldenFile::open(root_ / concat(stem, ".safetensors"));
}

bool GoldenFolder::has_json(std::string_view stem) const {
  return std::filesystem::exists(root_ / concat(stem, ".json"));
}

Result<nlohmann::json> GoldenFolder::json(std::string_view stem) const {
  const std::filesystem::path path = root_ / concat(stem, ".json");
  std::ifstream in(path, std::ios::binary);
  nlohmann::json value = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return fail(ErrorCode::kCorrupt, path.string(), ": cannot be read as JSON");
  return value;
}

std::filesystem::path GoldenFolder::checkpoint_of(std::string_view stem) const {
  if (checkpoint_) return *checkpoint_;
  for (const std::string_view word : {"base", "extract", "lego", "complete"})
    if (stem.find(word) != std::string_view::npos) return root_ / "ckpt_base";
  return root_ / "ckpt_turbo";
}

}  // namespace musicfleet::parity
