#include "coordinator/http/openapi.h"

#include "coordinator/http/job_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

constexpr char kDescription[] =
    "Self-hosted music generation. Order a song with POST /v1/jobs, follow it, fetch its audio.";

ordered_json reference(std::string_view schema) {
  return {{"$ref", concat("#/components/schemas/", schema)}};
}

ordered_json error_schema() {
  const ordered_json text{{"type", "string"}};
  return {{"type", "object"},
          {"required", {"detail"}},
          {"properties",
           {{"detail",
             {{"type", "object"},
              {"required", {"type", "code", "status", "message", "param", "request_id"}},
              {"properties",
               {{"type", text},
                {"code", {{"type", "string"}, {"description", "the machine's name, e.g. invalid_argument"}}},
                {"status", {{"type", "string"}, {"description", "the same as code"}}},
                {"message", {{"type", "string"}, {"description", "a sentence for people"}}},
                {"param", {{"type", {"string", "null"}}, {"description", "the field at fault"}}},
                {"request_id", text}}}}}}}};
}

ordered_json page_schema() {
  return {{"type", "object"},
          {"required", {"jobs", "next_cursor"}},
          {"properties",
           {{"jobs", {{"type", "array"}, {"items", reference("Job")}}},
            {"next_cursor", {{"type", {"string", "null"}}, {"description", "null on the last page"}}}}}};
}

ordered_json parameters_of(const Route& route) {
  ordered_json parameters = ordered_json::array();
  const std::string& pattern = route.pattern;
  for (std::size_t open = pattern.find('{'); open != pattern.npos; open = pattern.find('{', open + 1))
    parameters.push_back({{"name", pattern.substr(open + 1, pattern.find('}', open) - open - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  for (const FieldRule& rule : route.query)
    parameters.push_back(
        {{"name", rule.name}, {"in", "query"}, {"required", rule.required}, {"schema", schema_of(rule)}});
  return parameters;
}

ordered_json content_of(const std::string& content) {
  const bool media_type = content.find('/') != content.npos;
  if (!media_type) return {{"application/json", {{"schema", reference(content)}}}};
  return {{content, ordered_json::object()}};
}

ordered_json operation_of(const Route& route) {
  ordered_json operation{{"summary", route.summary}};
  if (ordered_json parameters = parameters_of(route); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  if (!route.body.empty())
    operation["requestBody"] = {{"required", true},
                                {"content", {{"application/json", {{"schema", schema_of(route.body)}}}}}};
  for (const RouteAnswer& answer : route.answers) {
    ordered_json& response = operation["responses"][std::to_string(answer.status)];
    response["description"] = answer.description;
    if (!answer.content.empty()) response["content"] = content_of(answer.content);
  }
  operation["responses"]["default"] = {{"description", "Any failure"}, {"content", content_of("Error")}};
  operation["security"] = ordered_json::array();
  if (route.access == Access::kApiKey) {
    operation["security"].push_back({{"bearer", ordered_json::array()}});
    operation["security"].push_back({{"xi-api-key", ordered_json::array()}});
  }
  return operation;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

std::string openapi_json(const std::vector<Route>& routes, const std::string& software_version,
                         const std::string& public_url) {
  ordered_json paths = ordered_json::object();
  for (const Route& route : routes) paths[route.pattern][lower(route.method)] = operation_of(route);
  ordered_json document{
      {"openapi", "3.1.0"},
      {"info", {{"title", "musicfleet"}, {"version", software_version}, {"description", kDescription}}},
      {"paths", std::move(paths)},
      {"components",
       {{"securitySchemes",
         {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
          {"xi-api-key", {{"type", "apiKey"}, {"in", "header"}, {"name", "xi-api-key"}}}}},
        {"schemas",
         {{"Job", schema_of(job_fields())}, {"JobPage", page_schema()}, {"Error", error_schema()}}}}}};
  if (!public_url.empty()) document["servers"] = ordered_json::array({{{"url", public_url}}});
  return document.dump(2);
}

}  // namespace musicfleet::http
