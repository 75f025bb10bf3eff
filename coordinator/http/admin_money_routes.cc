#include "coordinator/http/admin_money_routes.h"

#include "coordinator/http/admin_route.h"
#include "coordinator/http/cost_json.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/purchase_json.h"
#include "coordinator/ledger/cost_report_csv.h"
#include "coordinator/ledger/day.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace musicfleet::http {
namespace {

using Kind = FieldKind;

constexpr FieldRule kCostParameters[] = {
    {.name = "from", .description = "from 00:00 UTC; by default the first of this month", .format = "date"},
    {.name = "to",
     .description = "up to 00:00 UTC; by default, and where it is in the future, up to now",
     .format = "date"},
    {.name = "tenant", .description = "only what is of this one", .most_characters = 64},
    {.name = "servers",
     .kind = Kind::kInteger,
     .description = "rented throughout",
     .least = 0,
     .most = 100'000,
     .default_json = "1"}};
constexpr FieldRule kPurchaseParameters[] = {
    {.name = "unknown",
     .kind = Kind::kBoolean,
     .description = "only those with an unknown outcome",
     .default_json = "false"},
    {.name = "before",
     .kind = Kind::kInteger,
     .description = "only those with a smaller number: next_before of the page before",
     .least = 1,
     .most = 9007199254740991},
    {.name = "limit",
     .kind = Kind::kInteger,
     .description = "purchases on a page",
     .least = 1,
     .most = 200,
     .default_json = "50"}};

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Result<std::optional<std::chrono::sys_days>> day_in(const Fields& query, const char* name) {
  const std::string* text = find_field(query, name);
  if (!text) return std::nullopt;
  const auto day = ledger::day_of(*text);
  if (!day) return fail_field(name, "must be a day like 2026-11-22");
  return day;
}

Result<CostQuery> cost_query_of(const Fields& query) {
  CostQuery wanted;
  wanted.from = MF_TRY(day_in(query, "from"));
  wanted.to = MF_TRY(day_in(query, "to"));
  if (const std::string* tenant = find_field(query, "tenant")) wanted.tenant = TenantId{*tenant};
  if (const std::string* servers = find_field(query, "servers"))
    wanted.servers = static_cast<int>(number_of(*servers));
  return wanted;
}

}  // namespace

std::vector<Route> AdminMoneyRoutes::routes() {
  using R = AdminMoneyRoutes;
  return {
      admin_route(this, "GET", "/admin/v1/costs",
                  "What songs cost, what they were sold for, and what that means for a rented server",
                  {{200, "The report", cost_schema()}}, {}, &R::costs, {.query = kCostParameters}),
      admin_route(this, "GET", "/admin/v1/costs.csv", "The sums of the same report for a spreadsheet",
                  {{200, "RFC 4180, with a heading", {}, {"text/csv"}}}, {}, &R::costs_csv,
                  {.query = kCostParameters}),
      admin_route(this, "GET", "/admin/v1/purchases", "Songs that were bought or may have been, newest first",
                  {{200, "A page of purchases", purchases_schema()}}, {}, &R::purchases,
                  {.query = kPurchaseParameters}),
      admin_route(this, "POST", "/admin/v1/purchases/{job}/settle",
                  "Say whether a purchase with an unknown outcome was paid for",
                  {{200, "The purchase", purchase_schema()}}, {404, 409}, &R::settle,
                  {.body = settlement_schema()})};
}

Awaitable<HttpResponse> AdminMoneyRoutes::costs(HttpRequest& request) {
  Result<CostQuery> query = cost_query_of(request.query_parameters);
  if (!query) co_return Failure(query.error());
  const Result<ledger::CostReport> report = co_await desk_.cost_report(*std::move(query));
  if (!report) co_return Failure(report.error());
  co_return json_response(200, cost_json(*report).dump());
}

Awaitable<HttpResponse> AdminMoneyRoutes::costs_csv(HttpRequest& request) {
  Result<CostQuery> query = cost_query_of(request.query_parameters);
  if (!query) co_return Failure(query.error());
  const Result<ledger::CostReport> report = co_await desk_.cost_report(*std::move(query));
  if (!report) co_return Failure(report.error());
  HttpResponse response;
  response.headers = {{"Content-Type", "text/csv; charset=utf-8; header=present"}};
  response.body = ledger::to_csv(*report);
  co_return response;
}

Awaitable<HttpResponse> AdminMoneyRoutes::purchases(HttpRequest& request) {
  PurchaseQuery query;
  if (const std::string* unknown = find_field(request.query_parameters, "unknown"))
    query.unknown = *unknown == "true";
  if (const std::string* before = find_field(request.query_parameters, "before"))
    query.before = number_of(*before);
  if (const std::string* limit = find_field(request.query_parameters, "limit"))
    query.limit = static_cast<int>(number_of(*limit));
  const Result<Purchases> page = co_await desk_.purchases(query);
  if (!page) co_return Failure(page.error());
  co_return json_response(200, purchases_json(*page).dump());
}

Awaitable<HttpResponse> AdminMoneyRoutes::settle(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(settlement_schema().fields, body.document);
  if (!checked) co_return Failure(checked.error());
  Settlement settlement = settlement_of(JobId{request.path_parameter("job")}, body.document);
  const Result<Purchase> purchase = co_await desk_.settle(request.by, std::move(settlement));
  if (!purchase) co_return Failure(purchase.error());
  co_return json_response(200, purchase_json(*purchase).dump());
}

}  // namespace musicfleet::http
