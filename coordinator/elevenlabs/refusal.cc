#include "coordinator/elevenlabs/refusal.h"

namespace musicfleet::elevenlabs {
namespace {

using http::FieldKind;
using http::FieldRule;
using http::HttpResponse;
using nlohmann::json;
namespace problems = http::problems;

constexpr FieldRule kProblemFields[] = {
    {.name = "loc",
     .kind = FieldKind::kPath,
     .description = "where: \"body\" or \"query\", then names and indexes",
     .required = true},
    {.name = "msg", .description = "a sentence for people", .required = true},
    {.name = "type", .description = "the machine's name, such as string_too_long", .required = true}};
constexpr FieldRule kRefusalFields[] = {{.name = "detail",
                                         .kind = FieldKind::kObjectList,
                                         .description = "everything that is wrong with the request",
                                         .required = true,
                                         .members = kProblemFields,
                                         .schema = "FieldProblem"}};

HttpResponse with_suggestion(const http::ProblemKind& kind, std::string_view message, const char* name,
                             const json& suggestion, std::string_view request_id) {
  HttpResponse response = http::problem(kind, message, {}, request_id);
  if (suggestion.is_null()) return response;
  nlohmann::ordered_json body = nlohmann::ordered_json::parse(response.body);
  body["detail"]["data"] = {{name, suggestion}};
  response.body = body.dump();
  return response;
}

}  // namespace

HttpResponse field_refusal(const FieldProblems& found) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const FieldProblem& problem : found)
    list.push_back({{"loc", problem.location}, {"msg", problem.message}, {"type", problem.type}});
  return http::json_response(
      422, nlohmann::ordered_json{{"detail", list}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

http::JsonSchema field_refusal_schema() { return {"FieldProblems", kRefusalFields}; }

HttpResponse error_refusal(const Error& error, std::string_view request_id) {
  switch (error.code) {
    case ErrorCode::kUnauthenticated:
      return http::problem(problems::kInvalidApiKey, error.message, {}, request_id);
    case ErrorCode::kQuota:
      return http::problem(problems::kSystemBusy, error.message, {}, request_id);
    case ErrorCode::kInvalidArgument:
      return field_refusal({value_problem(json::array({"body", error.param}), error.message)});
    default:
      return http::error_response(error, request_id);
  }
}

HttpResponse prompt_refusal(std::string_view message, const json& suggestion, std::string_view request_id) {
  return with_suggestion(problems::kBadPrompt, message, "prompt_suggestion", suggestion, request_id);
}

HttpResponse plan_refusal(std::string_view message, const json& suggestion, std::string_view request_id) {
  return with_suggestion(problems::kBadCompositionPlan, message, "composition_plan_suggestion", suggestion,
                         request_id);
}

}  // namespace musicfleet::elevenlabs
