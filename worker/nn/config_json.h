// A component's config.json: typed access by key, with every missing, mistyped and out-of-range value
// collected and reported at once by finish(), as WeightStore does for tensors. null means absent; unknown
// keys are ignored. Used by one thread.
#pragma once

#include "common/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::nn {

class ConfigJson {
 public:
  static Result<ConfigJson> read(const std::filesystem::path& path);
  ConfigJson(ConfigJson&&) noexcept;
  ConfigJson& operator=(ConfigJson&&) noexcept;
  ~ConfigJson();

  // `key` may name a nested value: "rope_parameters.rope_theta".
  bool has(std::string_view key) const;
  // At least 1, at most 2^31 − 1; 1 and noted when missing or out of range.
  std::int64_t size(std::string_view key);
  std::int64_t size_or(std::string_view key, std::int64_t otherwise);
  // Finite and above zero.
  double positive(std::string_view key);
  bool flag_or(std::string_view key, bool otherwise);
  std::string text_or(std::string_view key, std::string_view otherwise);
  std::vector<std::int64_t> sizes(std::string_view key);
  // Absent: empty.
  std::vector<std::string> texts(std::string_view key);

  // Notes a fault that only the caller can see.
  void note(std::string fault) { faults_.push_back(std::move(fault)); }
  // kCorrupt with the file's name and every fault.
  Result<> finish() const;

 private:
  explicit ConfigJson(std::filesystem::path path);
  const nlohmann::json* find(std::string_view key) const;

  std::filesystem::path path_;
  std::unique_ptr<nlohmann::json> root_;
  std::vector<std::string> faults_;
};

}  // namespace musicfleet::nn
