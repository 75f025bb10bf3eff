#include "coordinator/http/api.h"

#include "coordinator/http/openapi.h"
#include "coordinator/http/web_routes.h"

#include <iterator>

namespace musicfleet::http {
namespace {

void append(std::vector<Route>& routes, std::vector<Route> more) {
  routes.insert(routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Serves the document, which is written once all routes are known.
Route document_route(const std::string& document) {
  return {.method = "GET",
          .pattern = "/openapi.json",
          .group = "Monitoring",
          .summary = "This document",
          .answers = {{200, "OpenAPI 3.1", {}, {"application/json"}}},
          .handler = [&document](HttpRequest&) -> Awaitable<HttpResponse> {
            co_return json_response(200, document);
          }};
}

}  // namespace

PublicApi::PublicApi(Backend& backend, const IntakeDesk& intake, FilePool& pool, ApiOptions options)
    : system_(backend, options.software_version),
      jobs_(backend, intake, options.public_url, options.event_heartbeat),
      audio_(backend, pool),
      music_(backend, intake, pool, options.music),
      vendor_(pool, options.pass_on_desk, options.pass_on),
      uploads_(backend, pool),
      service_(backend, routes(options)) {}

std::vector<Route> PublicApi::routes(const ApiOptions& options) {
  std::vector<Route> all = jobs_.routes();
  append(all, audio_.routes());
  append(all, uploads_.routes());
  append(all, music_.routes());
  append(all, vendor_.routes());
  append(all, system_.routes());
  if (options.page) {
    std::erase_if(all, [](const Route& route) { return route.pattern == "/"; });
    append(all, page_routes());
    append(all, docs_routes());
  }
  all.push_back(document_route(openapi_));
  openapi_ =
      openapi_json(all, {.software_version = options.software_version, .server_url = options.public_url});
  return all;
}

AdminApi::AdminApi(AdminDesks desks, ApiOptions options)
    : system_(desks.backend, options.software_version),
      keys_(desks.keys),
      workers_(desks.backend, desks.workers, desks.drains),
      jobs_(desks.backend, desks.jobs, desks.removals, options.public_url),
      audit_(desks.audit),
      webhooks_(desks.webhooks),
      overview_(desks.overview, desks.intake),
      tenants_(desks.tenants, desks.removals),
      backups_(desks.backups),
      money_(desks.money),
      service_(desks.backend, routes(options)) {}

std::vector<Route> AdminApi::routes(const ApiOptions& options) {
  std::vector<Route> all = keys_.routes();
  append(all, workers_.routes());
  append(all, jobs_.routes());
  append(all, audit_.routes());
  append(all, webhooks_.routes());
  append(all, overview_.routes());
  append(all, tenants_.routes());
  append(all, backups_.routes());
  append(all, money_.routes());
  for (Route& route : system_.routes())
    if (route.pattern != "/") all.push_back(std::move(route));
  all.push_back(document_route(openapi_));
  openapi_ = openapi_json(all, {.software_version = options.software_version, .server_url = {}});
  return all;
}

}  // namespace musicfleet::http
