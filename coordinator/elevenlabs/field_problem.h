// What is wrong with the fields of a request, all of it at once, in the form that clients of the ElevenLabs
// API expect of a 422: {"detail":[{"loc":["body","music_length_ms"],"msg":"…","type":"…"}]}. Unknown members
// are ignored and null is absence. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

namespace musicfleet::elevenlabs {

struct FieldProblem {
  nlohmann::json location;  // names and indexes: ["body", "composition_plan", "sections", 2, "lines"]
  std::string message;
  std::string type;  // for programs: "missing", "string_too_long", "value_error"
};
using FieldProblems = std::vector<FieldProblem>;

// A value of a request, or everything that keeps it from being one.
template <class T>
using Checked = tl::expected<T, FieldProblems>;

// A problem that no FieldRule knows.
FieldProblem value_problem(nlohmann::json location, std::string message);

// Appends what the members of `object`, which is at `location`, break of their rules.
void check_members(std::span<const http::FieldRule> rules, const nlohmann::json& object,
                   const nlohmann::json& location, FieldProblems& problems);
// The same for one value; null is absence.
void check_member(const http::FieldRule& rule, const nlohmann::json& value, const nlohmann::json& location,
                  FieldProblems& problems);

// The member; null where it is absent, or null.
const nlohmann::json* find_member(const nlohmann::json& object, std::string_view name);

}  // namespace musicfleet::elevenlabs
