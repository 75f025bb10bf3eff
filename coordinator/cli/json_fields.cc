#include "coordinator/cli/json_fields.h"

#include <nlohmann/json.hpp>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

const json* find(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto member = object.find(name);
  return member == object.end() ? nullptr : &*member;
}

}  // namespace

std::string text_of(const json& object, const char* name) {
  const json* member = find(object, name);
  return member && member->is_string() ? member->get<std::string>() : std::string();
}

std::optional<double> number_of(const json& object, const char* name) {
  const json* member = find(object, name);
  if (!member || !member->is_number()) return std::nullopt;
  return member->get<double>();
}

std::int64_t integer_of(const json& object, const char* name) {
  const json* member = find(object, name);
  return member && member->is_number_integer() ? member->get<std::int64_t>() : 0;
}

bool is_true(const json& object, const char* name) {
  const json* member = find(object, name);
  return member && member->is_boolean() && member->get<bool>();
}

const json& object_of(const json& object, const char* name) {
  static const json kNone = json::object();
  const json* member = find(object, name);
  return member && member->is_object() ? *member : kNone;
}

const json& array_of(const json& object, const char* name) {
  static const json kNone = json::array();
  const json* member = find(object, name);
  return member && member->is_array() ? *member : kNone;
}

}  // namespace musicfleet::cli
