#include "coordinator/cli/fact_text.h"

#include "coordinator/cli/console.h"
#include "coordinator/cli/fetch_line.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/utc_time.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <functional>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

std::string plain(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

bool drop_end(std::string& name, std::string_view end) {
  if (name.size() <= end.size() || name.compare(name.size() - end.size(), end.size(), end) != 0) return false;
  name.resize(name.size() - end.size());
  return true;
}

std::string words(std::string name) {
  for (char& c : name)
    if (c == '_') c = ' ';
  return name;
}

// Without its unit, which goes to the value: {"rest", "4 s"} of rest_ms.
struct Fact {
  std::string name;
  std::string value;
};

std::string value_text(const json& value);

Fact fact_of(std::string name, const json& value) {
  const bool number = value.is_number();
  const double amount = number ? value.get<double>() : 0;
  if (number && drop_end(name, "_ms"))
    return {words(name), span_text(std::chrono::milliseconds(static_cast<std::int64_t>(amount)))};
  if (number && amount >= 0 && drop_end(name, "_bytes"))
    return {words(name), bytes_text(static_cast<std::uint64_t>(amount))};
  if (number && drop_end(name, "_seconds")) return {words(name), plain(amount) + " s"};
  return {words(name), value_text(value)};
}

// "name value, name value" of what is left in an object; lists of objects become items.
std::string facts_text(const json& object, std::vector<std::string>& items) {
  std::string text;
  for (const auto& [name, value] : object.items()) {
    if (value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty())) continue;
    if (value.is_array() && !value.empty() && value[0].is_object()) {
      for (const json& member : value) items.push_back(event_text("", member).text);
      continue;
    }
    const Fact fact = fact_of(name, value);
    text += concat(text.empty() ? "" : ", ", fact.name, " ", fact.value);
  }
  return text;
}

std::string value_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) return plain(value.get<double>());
  if (value.is_object()) {
    std::vector<std::string> items;
    std::string text = facts_text(value, items);
    for (const std::string& item : items) text += concat(text.empty() ? "" : "; ", item);
    return concat("(", text, ")");
  }
  if (value.is_array()) {
    std::string text;
    for (const json& member : value) text += concat(text.empty() ? "" : ", ", value_text(member));
    return text.empty() ? "none" : text;
  }
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// The value of a member, which then counts as told; empty without one.
std::string take(json& detail, const char* name) {
  const auto found = detail.find(name);
  if (found == detail.end() || found->is_null()) return {};
  std::string text = fact_of(name, *found).value;
  detail.erase(found);
  return text;
}

std::string prefixed(const char* before, const std::string& text) {
  return text.empty() ? text : before + text;
}

// "code: message", either may be absent.
std::string error_of(json& detail) {
  const std::string code = take(detail, "code"), message = take(detail, "message");
  return code.empty() ? message : code + prefixed(": ", message);
}

std::string attempt_ended(json& detail) {
  std::string text = prefixed("on ", take(detail, "worker"));
  text += prefixed(" ", take(detail, "outcome")) + prefixed(" after ", take(detail, "ran_ms"));
  const std::string step = take(detail, "step"), steps = take(detail, "steps");
  if (steps != "0") text += prefixed(" at step ", step) + prefixed("/", steps);
  return text + prefixed("; ", error_of(detail));
}

// What is said first, and taken out of the detail: who, then why.
std::string lead(std::string_view kind, json& detail) {
  if (kind == "attempt_ended") return attempt_ended(detail);
  std::string text;
  if (kind == "leased") text = prefixed("to ", take(detail, "worker"));
  if (kind.empty()) text = take(detail, "worker");
  for (const char* name : {"reason", "why", "obstacle"})
    if (const std::string reason = take(detail, name); !reason.empty())
      text += text.empty() ? reason : ": " + reason;
  if (const std::string error = error_of(detail); !error.empty())
    text += prefixed(text.empty() ? "" : "; ", error);
  return text;
}

}  // namespace

EventText event_text(std::string_view kind, const json& detail) {
  if (!detail.is_object()) return {value_text(detail), {}};
  json left = detail;
  EventText told;
  told.text = lead(kind, left);
  const std::string rest = facts_text(left, told.items);
  if (!rest.empty()) told.text += concat(told.text.empty() ? "" : "; ", rest);
  if (kind.empty() && !told.items.empty()) {
    for (const std::string& item : told.items) told.text += concat(" [", item, "]");
    told.items.clear();
  }
  return told;
}

}  // namespace musicfleet::cli
