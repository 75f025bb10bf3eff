#include "coordinator/http/field_rule.h"

#include "common/job_spec.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace musicfleet::http {
namespace {

using nlohmann::json;

std::string_view phrase_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::kString:
      return "a string";
    case FieldKind::kInteger:
      return "an integer";
    case FieldKind::kNumber:
      return "a number";
    case FieldKind::kBoolean:
      return "true or false";
    case FieldKind::kObject:
      return "an object";
    case FieldKind::kStringList:
      return "a list of strings";
    case FieldKind::kObjectList:
      return "a list of objects";
    case FieldKind::kPath:
      return "a list of names and indexes";
  }
  return "";
}

// A number without needless digits: 30, 0.1, 9007199254740991.
std::string spelled(double number) {
  char text[32];
  const auto end = std::fabs(number) < 1e17 && number == std::floor(number)
                       ? std::to_chars(text, text + sizeof text, static_cast<long long>(number)).ptr
                       : std::to_chars(text, text + sizeof text, number).ptr;
  return {text, end};
}

// "a, b or c"
template <class Choices>
std::string listed(const Choices& choices) {
  std::string list;
  for (std::size_t i = 0; i < choices.size(); ++i)
    list += concat(i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ", choices[i]);
  return list;
}

Result<> check_number(const FieldRule& rule, const json& value, const std::string& path) {
  const double number = value.get<double>();
  if (rule.kind == FieldKind::kInteger && number != std::floor(number))
    return fail_field(path, "must be an integer, not ", spelled(number));
  if (!rule.numbers.empty() &&
      std::find(rule.numbers.begin(), rule.numbers.end(), number) == rule.numbers.end())
    return fail_field(path, "must be ", listed(rule.numbers), ", not ", spelled(number));
  if (number >= rule.least && number <= rule.most) return {};
  if (std::isinf(rule.most)) return fail_field(path, "must be at least ", spelled(rule.least));
  return fail_field(path, "must be from ", spelled(rule.least), " to ", spelled(rule.most), ", not ",
                    spelled(number));
}

Result<> check_string(const FieldRule& rule, const std::string& text, const std::string& path) {
  if (const std::size_t n = utf8_length(text); n < rule.least_characters)
    return fail_field(path, "must have at least ", rule.least_characters, " characters, not ", n);
  if (rule.most_characters > 0)
    if (const std::size_t n = utf8_length(text); n > rule.most_characters)
      return fail_field(path, "must have at most ", rule.most_characters, " characters, not ", n);
  if (rule.pattern && !rule.pattern->admits(text)) return fail_field(path, rule.pattern->phrase);
  if (rule.choices.empty() || std::find(rule.choices.begin(), rule.choices.end(), text) != rule.choices.end())
    return {};
  return fail_field(path, "must be ", listed(rule.choices));
}

bool has_kind(const json& value, FieldKind kind) {
  switch (kind) {
    case FieldKind::kString:
      return value.is_string();
    case FieldKind::kInteger:
    case FieldKind::kNumber:
      return value.is_number();
    case FieldKind::kBoolean:
      return value.is_boolean();
    case FieldKind::kObject:
      return value.is_object();
    case FieldKind::kStringList:
      return value.is_array() &&
             std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_string(); });
    case FieldKind::kObjectList:
      return value.is_array() &&
             std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_object(); });
    case FieldKind::kPath:
      return value.is_array() && std::all_of(value.begin(), value.end(), [](const json& item) {
               return item.is_string() || item.is_number_integer();
             });
  }
  return false;
}

Result<> check_value(const FieldRule& rule, const json& value, const std::string& path) {
  if (value.is_null() && rule.nullable) return {};
  if (!has_kind(value, rule.kind))
    return fail_field(path, "must be ", phrase_of(rule.kind), ", not ",
                      value.is_null() ? "null" : concat("a JSON ", value.type_name()));
  if (value.is_number()) return check_number(rule, value, path);
  if (value.is_string()) return check_string(rule, value.get_ref<const std::string&>(), path);
  if (value.is_object() && !rule.members.empty()) return check_object(rule.members, value, path);
  return {};
}

std::string joined(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : concat(path, ".", name);
}

const FieldRule* find_rule(std::span<const FieldRule> rules, std::string_view name) {
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const FieldRule& r) { return r.name == name; });
  return rule == rules.end() ? nullptr : &*rule;
}

Result<json> read_text(const FieldRule& rule, const std::string& text) {
  if (rule.kind == FieldKind::kString) {
    if (!is_utf8(text)) return fail_field(std::string(rule.name), "is not valid UTF-8");
    return json(text);
  }
  if (rule.kind == FieldKind::kBoolean) {
    if (text == "true" || text == "false") return json(text == "true");
    return fail_field(std::string(rule.name), "must be true or false");
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return fail_field(std::string(rule.name), "must be ", phrase_of(rule.kind));
  return json(number);
}

}  // namespace

Result<> check_object(std::span<const FieldRule> rules, const json& value, std::string_view path) {
  for (const auto& [name, member] : value.items()) {
    const FieldRule* rule = find_rule(rules, name);
    if (!rule) return fail_field(joined(path, name), "is not a field of this request");
    MF_CHECK(check_value(*rule, member, joined(path, name)));
  }
  for (const FieldRule& rule : rules)
    if (rule.required && !value.contains(rule.name))
      return fail_field(joined(path, rule.name), "is required");
  return {};
}

Result<> check_text(const FieldRule& rule, const std::string& text) {
  return check_string(rule, text, std::string(rule.name));
}

Result<json> read_query(std::span<const FieldRule> rules, const Fields& query) {
  json values = json::object();
  for (const Field& field : query) {
    const FieldRule* rule = find_rule(rules, field.name);
    if (!rule) return fail_field(field.name, "is not a query parameter of this path");
    if (values.contains(field.name)) return fail_field(field.name, "appears twice in the query");
    json value = MF_TRY(read_text(*rule, field.value));
    MF_CHECK(check_value(*rule, value, field.name));
    values[field.name] = std::move(value);
  }
  return values;
}

nlohmann::ordered_json schema_of(const FieldRule& rule) {
  using nlohmann::ordered_json;
  static constexpr std::string_view kTypes[] = {"string", "integer", "number", "boolean",
                                                "object", "array",   "array",  "array"};
  const auto bound = [&](double number) {
    return rule.kind == FieldKind::kInteger ? ordered_json(static_cast<std::int64_t>(number))
                                            : ordered_json(number);
  };
  const bool list = rule.kind == FieldKind::kObjectList;
  ordered_json schema = rule.members.empty() || list ? ordered_json::object() : schema_of(rule.members);
  const std::string_view type = kTypes[static_cast<int>(rule.kind)];
  schema["type"] = rule.nullable ? ordered_json{type, "null"} : ordered_json(type);
  if (!rule.description.empty()) schema["description"] = rule.description;
  if (!std::isinf(rule.least)) schema["minimum"] = bound(rule.least);
  if (!std::isinf(rule.most)) schema["maximum"] = bound(rule.most);
  const bool texts = rule.kind == FieldKind::kStringList;
  if (rule.least_characters > 0) schema["minLength"] = rule.least_characters;
  if (rule.most_characters > 0 && !texts) schema["maxLength"] = rule.most_characters;
  if (rule.least_items > 0) schema["minItems"] = rule.least_items;
  if (rule.most_items > 0) schema["maxItems"] = rule.most_items;
  if (rule.pattern) schema["pattern"] = rule.pattern->expression;
  if (!rule.format.empty()) schema["format"] = rule.format;
  if (!rule.choices.empty()) schema["enum"] = rule.choices;
  if (!rule.numbers.empty()) schema["enum"] = rule.numbers;
  if (schema.contains("enum") && rule.nullable) schema["enum"].push_back(nullptr);
  if (texts) schema["items"] = {{"type", "string"}};
  if (texts && rule.most_characters > 0) schema["items"]["maxLength"] = rule.most_characters;
  if (rule.kind == FieldKind::kPath) schema["items"] = {{"type", {"string", "integer"}}};
  if (list) schema["items"] = rule.schema.empty() ? schema_of(rule.members) : schema_reference(rule.schema);
  if (!rule.default_json.empty()) schema["default"] = ordered_json::parse(rule.default_json);
  if (!rule.example_json.empty())
    schema["examples"] = ordered_json::array({ordered_json::parse(rule.example_json)});
  return schema;
}

nlohmann::ordered_json schema_of(std::span<const FieldRule> rules, bool open) {
  nlohmann::ordered_json properties = nlohmann::ordered_json::object(),
                         required = nlohmann::ordered_json::array();
  for (const FieldRule& rule : rules) {
    properties[std::string(rule.name)] = schema_of(rule);
    if (rule.required) required.push_back(rule.name);
  }
  nlohmann::ordered_json schema{
      {"type", "object"}, {"properties", properties}, {"additionalProperties", open}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

nlohmann::ordered_json schema_reference(std::string_view name) {
  return {{"$ref", concat("#/components/schemas/", name)}};
}

}  // namespace musicfleet::http
