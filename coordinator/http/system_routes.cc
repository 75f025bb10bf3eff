#include "coordinator/http/system_routes.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr FieldRule kName{.name = "name", .required = true};
constexpr FieldRule kVersion{.name = "version", .required = true};
constexpr FieldRule kStartFields[] = {kName, kVersion, {.name = "openapi", .required = true}};
constexpr FieldRule kVersionFields[] = {kName, kVersion};
constexpr FieldRule kHealthFields[] = {{.name = "status", .required = true}};
constexpr std::string_view kStoreStates[] = {"ok", "down"};
constexpr FieldRule kReadinessFields[] = {
    {.name = "ready", .kind = Kind::kBoolean, .required = true},
    {.name = "store", .required = true, .choices = kStoreStates},
    {.name = "workers_connected", .kind = Kind::kInteger, .required = true, .least = 0}};

// A handler that needs no waiting.
template <class Answer>
Handler at_once(Answer answer) {
  return [answer = std::move(answer)](HttpRequest&) -> Awaitable<HttpResponse> { co_return answer(); };
}

HttpResponse readiness_response(const Readiness& readiness) {
  const ordered_json body{{"ready", readiness.store_ok},
                          {"store", readiness.store_ok ? "ok" : "down"},
                          {"workers_connected", readiness.workers_connected}};
  HttpResponse response = json_response(readiness.store_ok ? 200 : 503, body.dump());
  if (!readiness.store_ok) response.headers.push_back({"Retry-After", "5"});
  return response;
}

}  // namespace

SystemRoutes::SystemRoutes(Backend& backend, std::string software_version)
    : backend_(backend), software_version_(std::move(software_version)) {}

std::vector<Route> SystemRoutes::routes() {
  const auto start = [this] {
    const ordered_json body{
        {"name", "musicfleet"}, {"version", software_version_}, {"openapi", "/openapi.json"}};
    return json_response(200, body.dump());
  };
  const auto health = [] { return json_response(200, R"({"status":"ok"})"); };
  const auto ready = [this] { return readiness_response(backend_.readiness()); };
  const auto version = [this] {
    const ordered_json body{{"name", "musicfleet"}, {"version", software_version_}};
    return json_response(200, body.dump());
  };
  const auto metrics = [this] {
    HttpResponse response;
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                        {"Cache-Control", "no-store"}};
    response.body = backend_.metrics_text();
    return response;
  };
  const auto route = [](std::string pattern, std::string summary, std::vector<RouteAnswer> answers,
                        Handler handler) {
    return Route{.method = "GET",
                 .pattern = std::move(pattern),
                 .group = "Monitoring",
                 .summary = std::move(summary),
                 .answers = std::move(answers),
                 .handler = std::move(handler)};
  };
  const JsonSchema readiness{"Readiness", kReadinessFields};
  return {route("/", "Where to read on",
                {{200, "Name, version and path of this document", {"Start", kStartFields}}}, at_once(start)),
          route("/healthz", "Whether the process answers", {{200, "It does", {"Health", kHealthFields}}},
                at_once(health)),
          route("/readyz", "Whether jobs can be taken in",
                {{200, "They can; the number of connected workers", readiness},
                 {503, "The store is down", readiness}},
                at_once(ready)),
          route("/version", "Version of the software", {{200, "The version", {"Version", kVersionFields}}},
                at_once(version)),
          route("/metrics", "Metrics for Prometheus", {{200, "Text exposition format", {}, {"text/plain"}}},
                at_once(metrics))};
}

}  // namespace musicfleet::http
