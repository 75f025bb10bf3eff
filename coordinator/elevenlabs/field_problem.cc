#include "coordinator/elevenlabs/field_problem.h"

#include "common/job_spec.h"

#include <algorithm>
#include <cmath>

namespace musicfleet::elevenlabs {
namespace {

using http::FieldKind;
using http::FieldRule;
using nlohmann::json;

json inside(const json& location, json step) {
  json deeper = location;
  deeper.push_back(std::move(step));
  return deeper;
}

std::string choices_of(const FieldRule& rule) {
  std::string text;
  for (std::size_t i = 0; i < rule.choices.size(); ++i)
    text += concat(i == 0 ? "" : i + 1 == rule.choices.size() ? " or " : ", ", '\'', rule.choices[i], '\'');
  return text;
}

class Check {
 public:
  Check(const FieldRule& rule, const json& location, FieldProblems& problems)
      : rule_(rule), location_(location), problems_(problems) {}

  void value(const json& value) {
    switch (rule_.kind) {
      case FieldKind::kString:
        return value.is_string() ? text(value.get_ref<const std::string&>(), location_)
                                 : add("string_type", "Input should be a valid string");
      case FieldKind::kInteger:
      case FieldKind::kNumber:
        return number(value);
      case FieldKind::kBoolean:
        return value.is_boolean() ? void() : add("bool_type", "Input should be a valid boolean");
      case FieldKind::kObject:
        if (!value.is_object()) return add("dict_type", "Input should be a valid dictionary");
        return check_members(rule_.members, value, location_, problems_);
      case FieldKind::kStringList:
      case FieldKind::kObjectList:
      case FieldKind::kPath:
        return value.is_array() ? list(value) : add("list_type", "Input should be a valid list");
    }
  }

 private:
  void add(std::string type, std::string message) { add_at(location_, std::move(type), std::move(message)); }
  void add_at(const json& location, std::string type, std::string message) {
    problems_.push_back({location, std::move(message), std::move(type)});
  }

  void text(const std::string& text, const json& location) {
    const std::size_t n = utf8_length(text);
    if (n < rule_.least_characters)
      return add_at(location, "string_too_short",
                    concat("String should have at least ", rule_.least_characters, " character(s)"));
    if (rule_.most_characters > 0 && n > rule_.most_characters)
      return add_at(location, "string_too_long",
                    concat("String should have at most ", rule_.most_characters, " characters"));
    if (rule_.pattern && !rule_.pattern->admits(text))
      return add_at(location, "value_error", concat("String ", rule_.pattern->phrase));
    if (!rule_.choices.empty() &&
        std::find(rule_.choices.begin(), rule_.choices.end(), text) == rule_.choices.end())
      add_at(location, "literal_error", "Input should be " + choices_of(rule_));
  }

  void number(const json& value) {
    const bool whole = rule_.kind == FieldKind::kInteger;
    if (!value.is_number() || (whole && value.get<double>() != std::floor(value.get<double>())))
      return add(whole ? "int_type" : "float_type",
                 concat("Input should be a valid ", whole ? "integer" : "number"));
    const double number = value.get<double>();
    if (number < rule_.least)
      return add("greater_than_equal",
                 concat("Input should be greater than or equal to ", static_cast<std::int64_t>(rule_.least)));
    if (number > rule_.most)
      add("less_than_equal",
          concat("Input should be less than or equal to ", static_cast<std::int64_t>(rule_.most)));
  }

  void list(const json& items) {
    if (items.size() < rule_.least_items)
      return add("too_short",
                 concat("List should have at least ", rule_.least_items, " item(s), not ", items.size()));
    if (rule_.most_items > 0 && items.size() > rule_.most_items)
      return add("too_long",
                 concat("List should have at most ", rule_.most_items, " items, not ", items.size()));
    for (std::size_t i = 0; i < items.size(); ++i) {
      const json at = inside(location_, i);
      if (rule_.kind == FieldKind::kObjectList) {
        if (items[i].is_object())
          check_members(rule_.members, items[i], at, problems_);
        else
          add_at(at, "dict_type", "Input should be a valid dictionary");
      } else if (items[i].is_string()) {
        text(items[i].get_ref<const std::string&>(), at);
      } else {
        add_at(at, "string_type", "Input should be a valid string");
      }
    }
  }

  const FieldRule& rule_;
  const json& location_;
  FieldProblems& problems_;
};

}  // namespace

FieldProblem value_problem(json location, std::string message) {
  return {std::move(location), std::move(message), "value_error"};
}

const json* find_member(const json& object, std::string_view name) {
  const auto member = object.find(name);
  return member == object.end() || member->is_null() ? nullptr : &*member;
}

void check_member(const FieldRule& rule, const json& value, const json& location, FieldProblems& problems) {
  Check(rule, location, problems).value(value);
}

void check_members(std::span<const FieldRule> rules, const json& object, const json& location,
                   FieldProblems& problems) {
  for (const FieldRule& rule : rules) {
    const json at = inside(location, rule.name);
    if (const json* member = find_member(object, rule.name))
      check_member(rule, *member, at, problems);
    else if (rule.required)
      problems.push_back({at, "Field required", "missing"});
  }
}

}  // namespace musicfleet::elevenlabs
