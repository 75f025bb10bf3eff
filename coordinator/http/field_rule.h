// What a field of a request or an answer may be: one table entry that both checks what clients send and
// writes itself into /openapi.json, so that the two cannot disagree. Any thread.
#pragma once

#include "common/result.h"
#include "coordinator/http/fields.h"

#include <nlohmann/json_fwd.hpp>

#include <limits>
#include <span>
#include <string_view>

namespace musicfleet::http {

enum class FieldKind {
  kString,
  kInteger,
  kNumber,
  kBoolean,
  kObject,
  kStringList,
  kObjectList,
  kPath,  // a list of names and indexes that leads to a member: ["body", "sections", 2]
};

// A rule over a whole text, for machines, for this program and for people; a test holds the first two
// together.
struct TextPattern {
  std::string_view expression;                 // regular expression (ECMA-262), for /openapi.json
  bool (*admits)(std::string_view) = nullptr;  // the same as code
  std::string_view phrase;                     // "must have 1 to 9 letters"
};

struct FieldRule {
  std::string_view name;
  FieldKind kind = FieldKind::kString;
  std::string_view description = {};
  bool required = false;
  bool nullable = false;  // null means the same as absence
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  std::size_t least_characters = 0;  // of a string
  std::size_t most_characters = 0;   // of a string, or of each in a list; 0: no limit of its own
  std::size_t least_items = 0;       // of a list
  std::size_t most_items = 0;        // of a list; 0: no limit of its own
  std::span<const std::string_view> choices = {};  // of a string
  std::span<const int> numbers = {};               // that an integer may be; empty: any
  const TextPattern* pattern = nullptr;            // of a string
  std::string_view format = {};                    // of a string in JSON Schema, e.g. "date-time"
  std::span<const FieldRule> members = {};         // of an object or a list of them; empty: any members
  std::string_view schema = {};        // the name under which /openapi.json has the members, if any
  std::string_view default_json = {};  // as JSON; empty: none
  std::string_view example_json = {};  // as JSON; empty: none
};

// The fields of a JSON object with a name of its own in /openapi.json.
struct JsonSchema {
  std::string_view name = {};  // "Job"; empty: no JSON
  std::span<const FieldRule> fields = {};
  bool open = false;  // may have other members, which mean nothing
};

// Whether `value` is an object whose every member has a rule and follows it. The error's param is the path of
// the member at fault, e.g. "format.type"; `path` leads to the object itself, empty for a body.
Result<> check_object(std::span<const FieldRule> rules, const nlohmann::json& value,
                      std::string_view path = {});

// Whether a text, such as a header's value, follows its rule.
Result<> check_text(const FieldRule& rule, const std::string& text);

// The query as a JSON object whose members have the kinds of their rules, each given once; params as above.
Result<nlohmann::json> read_query(std::span<const FieldRule> rules, const Fields& query);

// JSON Schema (draft 2020-12, as in OpenAPI 3.1) of one field and of an object with these fields.
nlohmann::ordered_json schema_of(const FieldRule& rule);
nlohmann::ordered_json schema_of(std::span<const FieldRule> rules, bool open = false);
// {"$ref": …} to the schema of this name.
nlohmann::ordered_json schema_reference(std::string_view name);

}  // namespace musicfleet::http
