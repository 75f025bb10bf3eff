#include "coordinator/http/admin_overview_routes.h"

#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/overview_json.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

std::vector<Route> AdminOverviewRoutes::routes() {
  using R = AdminOverviewRoutes;
  return {
      admin_route(this, "GET", "/admin/v1/overview", "Queue, workers, throughput and failures at a glance",
                  {{200, "As of now", overview_schema()}}, {}, &R::show),
      admin_route(this, "GET", "/admin/v1/intake", "Whether jobs are taken in",
                  {{200, "Whether they are", intake_schema()}}, {}, &R::show_intake),
      admin_route(
          this, "POST", "/admin/v1/intake",
          "Pause or resume the intake of jobs. What is queued goes on; the setting outlives a restart.",
          {{200, "What holds now", intake_schema()}}, {}, &R::set_intake, {.body = intake_order_schema()})};
}

Awaitable<HttpResponse> AdminOverviewRoutes::show(HttpRequest&) {
  const Result<Overview> overview = co_await overview_.overview();
  if (!overview) co_return Failure(overview.error());
  co_return json_response(200, overview_json(*overview).dump());
}

Awaitable<HttpResponse> AdminOverviewRoutes::show_intake(HttpRequest&) {
  co_return json_response(200, intake_json(intake_.intake()).dump());
}

Awaitable<HttpResponse> AdminOverviewRoutes::set_intake(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(intake_order_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  std::string reason = body.document.value("reason", std::string());
  const bool pause = body.document.at("paused").get<bool>();
  if (pause) {
    const Result<Intake> paused = co_await intake_.pause(request.by, std::move(reason));
    if (!paused) co_return Failure(paused.error());
  } else {
    const Result<Intake> open = co_await intake_.resume(request.by);
    if (!open) co_return Failure(open.error());
  }
  co_return json_response(200, intake_json(intake_.intake()).dump());
}

}  // namespace musicfleet::http
