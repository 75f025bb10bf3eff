#include "coordinator/http/openapi.h"

#include "coordinator/http/problem_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

constexpr char kDescription[] =
    "Self-hosted music generation. Order a song, follow it, fetch its audio. Every path that answers GET "
    "answers HEAD "
    "too. Fields, query parameters and headers that are not listed are refused with 422 (headers: ignored); "
    "a path that "
    "is not listed is a 404, another method of one that is a 405, each with the same error body.";

ordered_json text_schema(std::string_view description = {}) {
  ordered_json schema{{"type", "string"}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

// The error body; of one status, unless it is 0.
ordered_json error_schema(int status) {
  std::set<std::string_view> codes, types;
  for (const ProblemKind& kind : all_problems()) {
    if (status != 0 && kind.status != status) continue;
    codes.insert(kind.code);
    types.insert(error_type_of(kind.status));
  }
  const auto one_of = [](const std::set<std::string_view>& values, std::string_view description) {
    ordered_json schema = text_schema(description);
    schema["enum"] = values;
    return schema;
  };
  ordered_json properties{
      {"type", one_of(types, "the class of the status")},
      {"code", one_of(codes, "the machine's name")},
      {"status", one_of(codes, "the same as code")},
      {"message", text_schema("a sentence for people")},
      {"param",
       {{"type", {"string", "null"}}, {"description", "the field, query parameter or header at fault"}}},
      {"request_id", text_schema("as in X-Request-Id")}};
  if (status == 0 || status == 400)
    properties["data"] = {
        {"type", "object"},
        {"description", "of bad_prompt and bad_composition_plan: what may be asked instead"}};
  const ordered_json detail{{"type", "object"},
                            {"required", {"type", "code", "status", "message", "param", "request_id"}},
                            {"properties", properties},
                            {"additionalProperties", false}};
  return {{"type", "object"},
          {"required", {"detail"}},
          {"properties", {{"detail", detail}}},
          {"additionalProperties", false}};
}

std::string error_name(int status) { return concat("Error", status); }

ordered_json headers_json(std::span<const FieldRule> rules) {
  ordered_json headers{{"X-Request-Id", {{"$ref", "#/components/headers/X-Request-Id"}}}};
  for (const FieldRule& rule : rules) {
    ordered_json header{{"required", rule.required}, {"schema", text_schema()}};
    if (!rule.description.empty()) header["description"] = rule.description;
    headers[std::string(rule.name)] = std::move(header);
  }
  return headers;
}

// components/responses of one status, with all of its codes.
ordered_json problem_response(int status) {
  std::string meanings;
  for (const ProblemKind& kind : all_problems())
    if (kind.status == status)
      meanings += concat(meanings.empty() ? "" : "; ", '`', kind.code, "`: ", kind.meaning);
  static constexpr FieldRule kRetryAfter[] = {
      {.name = "Retry-After", .description = "seconds", .required = true}};
  static constexpr FieldRule kAuthenticate[] = {{.name = "WWW-Authenticate", .required = true}};
  const std::span<const FieldRule> headers = status == 401 ? std::span<const FieldRule>(kAuthenticate)
                                             : status == 429 || status == 503
                                                 ? std::span<const FieldRule>(kRetryAfter)
                                                 : std::span<const FieldRule>();
  return {{"description", meanings},
          {"headers", headers_json(headers)},
          {"content", {{"application/json", {{"schema", schema_reference(error_name(status))}}}}}};
}

ordered_json parameter_json(std::string_view place, const FieldRule& rule) {
  ordered_json schema = schema_of(rule);
  ordered_json parameter{{"name", rule.name}, {"in", place}, {"required", rule.required || place == "path"}};
  if (schema.contains("description")) {
    parameter["description"] = schema["description"];
    schema.erase("description");
  }
  parameter["schema"] = std::move(schema);
  return parameter;
}

ordered_json parameters_of(const Route& route) {
  ordered_json parameters = ordered_json::array();
  const std::string& pattern = route.pattern;
  for (std::size_t open = pattern.find('{'); open != pattern.npos; open = pattern.find('{', open + 1)) {
    const std::string name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    parameters.push_back(parameter_json("path", {.name = name}));
  }
  for (const FieldRule& rule : route.query) parameters.push_back(parameter_json("query", rule));
  for (const FieldRule& rule : route.headers) parameters.push_back(parameter_json("header", rule));
  return parameters;
}

ordered_json response_of(const RouteAnswer& answer) {
  ordered_json response{{"description", answer.description}, {"headers", headers_json(answer.headers)}};
  if (!answer.json.name.empty())
    response["content"]["application/json"]["schema"] = schema_reference(answer.json.name);
  for (const std::string_view type : answer.media_types)
    response["content"][std::string(type)] = ordered_json::object();
  return response;
}

ordered_json responses_of(const Route& route) {
  ordered_json responses;
  for (const RouteAnswer& answer : route.answers)
    responses[answer.status == kAnyStatus ? "default" : std::to_string(answer.status)] = response_of(answer);
  for (const int status : problem_statuses(route)) {
    ordered_json& response = responses[std::to_string(status)];
    if (response.is_null()) {
      response = {{"$ref", concat("#/components/responses/", error_name(status))}};
      continue;
    }
    // A status that the route has an answer of its own for, as /readyz has for 503.
    ordered_json& schema = response["content"]["application/json"]["schema"];
    schema = {{"anyOf", {schema, schema_reference(error_name(status))}}};
  }
  return responses;
}

ordered_json operation_of(const Route& route) {
  ordered_json operation{{"tags", {route.group}}, {"summary", route.summary}};
  if (ordered_json parameters = parameters_of(route); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  ordered_json content;
  if (!route.body.name.empty()) content["application/json"]["schema"] = schema_reference(route.body.name);
  if (!route.body_media_type.empty()) content[std::string(route.body_media_type)] = ordered_json::object();
  if (!content.is_null()) operation["requestBody"] = {{"required", true}, {"content", std::move(content)}};
  operation["responses"] = responses_of(route);
  operation["security"] = ordered_json::array();
  if (route.access == Access::kApiKey || route.access == Access::kAdmin)
    for (const char* scheme : {"bearer", "xi-api-key"})
      operation["security"].push_back({{scheme, ordered_json::array({name_of(route.scope)})}});
  return operation;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// The schema, and those that its fields name.
void collect(const JsonSchema& schema, ordered_json& into) {
  if (schema.name.empty() || into.contains(schema.name)) return;
  into[std::string(schema.name)] = schema_of(schema.fields, schema.open);
  for (const FieldRule& rule : schema.fields) collect({rule.schema, rule.members}, into);
}

ordered_json components_of(const std::vector<Route>& routes) {
  ordered_json schemas = ordered_json::object(), responses = ordered_json::object();
  std::set<int> statuses;
  for (const Route& route : routes) {
    collect(route.body, schemas);
    for (const RouteAnswer& answer : route.answers) collect(answer.json, schemas);
    for (const int status : problem_statuses(route)) statuses.insert(status);
  }
  schemas["Error"] = error_schema(0);
  for (const int status : statuses) {
    schemas[error_name(status)] = error_schema(status);
    responses[error_name(status)] = problem_response(status);
  }
  return {{"securitySchemes",
           {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
            {"xi-api-key", {{"type", "apiKey"}, {"in", "header"}, {"name", "xi-api-key"}}}}},
          {"headers",
           {{"X-Request-Id",
             {{"description", "of the request, if it had one that is sane, or a new one"},
              {"required", true},
              {"schema", text_schema()}}}}},
          {"responses", std::move(responses)},
          {"schemas", std::move(schemas)}};
}

}  // namespace

std::vector<int> problem_statuses(const Route& route) {
  // Whatever the path: broken HTTP or a late header, an unknown query parameter, a fault inside, too many
  // connections.
  std::set<int> statuses{400, 408, 422, 431, 500, 503};
  statuses.insert(route.problems.begin(), route.problems.end());
  if (route.access == Access::kApiKey || route.access == Access::kAdmin) statuses.insert({401, 403});
  if (!route.body.name.empty()) statuses.insert({413, 415});
  return {statuses.begin(), statuses.end()};
}

std::string openapi_json(const std::vector<Route>& routes, const DocumentInfo& info) {
  ordered_json paths = ordered_json::object();
  for (const Route& route : routes) paths[route.pattern][lower(route.method)] = operation_of(route);
  ordered_json document{
      {"openapi", "3.1.0"},
      {"info", {{"title", "musicfleet"}, {"version", info.software_version}, {"description", kDescription}}},
      {"paths", std::move(paths)},
      {"components", components_of(routes)}};
  if (!info.server_url.empty()) document["servers"] = ordered_json::array({{{"url", info.server_url}}});
  return document.dump(2);
}

}  // namespace musicfleet::http
