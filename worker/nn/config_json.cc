#include "worker/nn/config_json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>

namespace musicfleet::nn {

using nlohmann::json;

ConfigJson::ConfigJson(std::filesystem::path path)
    : path_(std::move(path)), root_(std::make_unique<json>()) {}
ConfigJson::ConfigJson(ConfigJson&&) noexcept = default;
ConfigJson& ConfigJson::operator=(ConfigJson&&) noexcept = default;
ConfigJson::~ConfigJson() = default;

Result<ConfigJson> ConfigJson::read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, path.string(), ": cannot be read");
  ConfigJson config(path);
  *config.root_ = json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!config.root_->is_object()) return fail(ErrorCode::kCorrupt, path.string(), ": not a JSON object");
  return config;
}

const json* ConfigJson::find(std::string_view key) const {
  const json* at = root_.get();
  while (!key.empty()) {
    const std::size_t dot = key.find('.');
    const std::string part(key.substr(0, dot));
    if (!at->is_object() || !at->contains(part)) return nullptr;
    at = &(*at)[part];
    key = dot == std::string_view::npos ? std::string_view() : key.substr(dot + 1);
  }
  return at->is_null() ? nullptr : at;
}

bool ConfigJson::has(std::string_view key) const { return find(key) != nullptr; }

std::int64_t ConfigJson::size(std::string_view key) {
  const json* value = find(key);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (value != nullptr && value->is_number_integer() && value->get<std::int64_t>() >= 1 &&
      value->get<std::int64_t>() <= kMost)
    return value->get<std::int64_t>();
  note(concat(key, value == nullptr ? " is missing" : " is not a whole number from 1 on"));
  return 1;
}

std::int64_t ConfigJson::size_or(std::string_view key, std::int64_t otherwise) {
  return has(key) ? size(key) : otherwise;
}

double ConfigJson::positive(std::string_view key) {
  const json* value = find(key);
  if (value != nullptr && value->is_number() && std::isfinite(value->get<double>()) &&
      value->get<double>() > 0)
    return value->get<double>();
  note(concat(key, value == nullptr ? " is missing" : " is not a number above zero"));
  return 1;
}

bool ConfigJson::flag_or(std::string_view key, bool otherwise) {
  const json* value = find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) note(concat(key, " is not true or false"));
  return value->is_boolean() ? value->get<bool>() : otherwise;
}

std::string ConfigJson::text_or(std::string_view key, std::string_view otherwise) {
  const json* value = find(key);
  if (value == nullptr) return std::string(otherwise);
  if (!value->is_string()) note(concat(key, " is not a string"));
  return value->is_string() ? value->get<std::string>() : std::string(otherwise);
}

std::vector<std::int64_t> ConfigJson::sizes(std::string_view key) {
  std::vector<std::int64_t> list;
  const json* value = find(key);
  if (value != nullptr && value->is_array())
    for (const json& item : *value)
      if (item.is_number_integer() && item.get<std::int64_t>() >= 1) list.push_back(item.get<std::int64_t>());
  if (list.empty() || list.size() != value->size()) {
    note(concat(key, value == nullptr ? " is missing" : " is not a list of whole numbers from 1 on"));
    list = {1};
  }
  return list;
}

std::vector<std::string> ConfigJson::texts(std::string_view key) {
  std::vector<std::string> list;
  const json* value = find(key);
  if (value == nullptr) return list;
  if (value->is_array())
    for (const json& item : *value)
      if (item.is_string()) list.push_back(item.get<std::string>());
  if (!value->is_array() || list.size() != value->size()) note(concat(key, " is not a list of strings"));
  return list;
}

Result<> ConfigJson::finish() const {
  if (faults_.empty()) return {};
  std::string all;
  for (const std::string& fault : faults_) all += (all.empty() ? "" : "; ") + fault;
  return fail(ErrorCode::kCorrupt, path_.string(), ": ", all);
}

}  // namespace musicfleet::nn
