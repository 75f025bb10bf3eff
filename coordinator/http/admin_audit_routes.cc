#include "coordinator/http/admin_audit_routes.h"

#include "common/sha256.h"
#include "coordinator/http/admin_route.h"
#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr FieldRule kHash{.name = "hash", .description = "SHA-256, hexadecimal", .required = true};
constexpr FieldRule kEntryFields[] = {
    {.name = "number", .kind = Kind::kInteger, .required = true, .least = 1},
    {.name = "at", .required = true, .format = "date-time"},
    {.name = "actor", .description = "name of the admin key", .required = true},
    {.name = "action", .required = true},
    {.name = "target", .required = true},
    {.name = "detail", .kind = Kind::kObject, .required = true},
    kHash};
constexpr FieldRule kPageFields[] = {{.name = "entries",
                                      .kind = Kind::kObjectList,
                                      .required = true,
                                      .members = kEntryFields,
                                      .schema = "AuditEntry"},
                                     {.name = "next_before",
                                      .kind = Kind::kInteger,
                                      .description = "null on the last page",
                                      .required = true,
                                      .nullable = true}};
constexpr FieldRule kReportFields[] = {
    {.name = "intact", .kind = Kind::kBoolean, .required = true},
    {.name = "rows",
     .kind = Kind::kInteger,
     .description = "that hold, from the first",
     .required = true,
     .least = 0},
    {.name = "head", .description = "hash of the last of them: note it elsewhere", .required = true},
    {.name = "broken_row",
     .kind = Kind::kInteger,
     .description = "number of the first row that does not hold",
     .required = true,
     .nullable = true},
    {.name = "reason", .required = true, .nullable = true}};

constexpr FieldRule kListParameters[] = {
    {.name = "before",
     .kind = Kind::kInteger,
     .description = "only entries with a smaller number: next_before of the page before",
     .least = 1,
     .most = 9007199254740991},
    {.name = "limit",
     .kind = Kind::kInteger,
     .description = "entries on a page",
     .least = 1,
     .most = 200,
     .default_json = "50"}};
constexpr FieldRule kVerifyParameters[] = {
    {.name = "expect_head",
     .description = "a hash that was the head once and must still be there: 64 hexadecimal digits"}};

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

ordered_json json_of(const AuditEntry& entry) {
  return {{"number", entry.number},    {"at", rfc3339(entry.at)},
          {"actor", entry.actor},      {"action", entry.action},
          {"target", entry.target},    {"detail", ordered_json::parse(entry.detail_json)},
          {"hash", to_hex(entry.hash)}};
}

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

}  // namespace

std::vector<Route> AdminAuditRoutes::routes() {
  using R = AdminAuditRoutes;
  return {admin_route(this, "GET", "/admin/v1/audit", "What operators did, newest first",
                      {{200, "A page of entries", {"AuditPage", kPageFields}}}, {}, &R::list,
                      {.query = kListParameters}),
          admin_route(this, "GET", "/admin/v1/audit/verify", "Whether the audit log is what was written",
                      {{200, "What was found", {"AuditReport", kReportFields}}}, {}, &R::verify,
                      {.query = kVerifyParameters})};
}

Awaitable<HttpResponse> AdminAuditRoutes::list(HttpRequest& request) {
  AuditQuery query;
  if (const std::string* before = find_field(request.query_parameters, "before"))
    query.before = number_of(*before);
  if (const std::string* limit = find_field(request.query_parameters, "limit"))
    query.limit = static_cast<int>(number_of(*limit));
  const Result<AuditEntries> page = co_await desk_.audit_entries(query);
  if (!page) co_return Failure(page.error());
  ordered_json entries = ordered_json::array();
  for (const AuditEntry& entry : page->entries) entries.push_back(json_of(entry));
  const ordered_json body{{"entries", std::move(entries)}, {"next_before", or_null(page->next_before)}};
  co_return json_response(200, body.dump());
}

Awaitable<HttpResponse> AdminAuditRoutes::verify(HttpRequest& request) {
  std::optional<Sha256> expected;
  if (const std::string* head = find_field(request.query_parameters, "expect_head")) {
    if (expected = from_hex(*head); !expected)
      co_return fail_field("expect_head", "must have 64 hexadecimal digits");
  }
  const Result<AuditReport> report = co_await desk_.verify_audit(expected);
  if (!report) co_return Failure(report.error());
  const ordered_json body{
      {"intact", report->intact},
      {"rows", report->rows},
      {"head", to_hex(report->head)},
      {"broken_row", or_null(report->broken_row)},
      {"reason", report->reason.empty() ? ordered_json(nullptr) : ordered_json(report->reason)}};
  co_return json_response(200, body.dump());
}

}  // namespace musicfleet::http
