#include "coordinator/http/admin_backup_routes.h"

#include "common/sha256.h"
#include "coordinator/http/admin_fields.h"
#include "coordinator/http/admin_route.h"
#include "coordinator/http/json_body.h"
#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr FieldRule kNewFields[] = {
    {.name = "name",
     .description = "a folder of this name is made; letters, digits, '.', '_', '-'. By default the time",
     .most_characters = 64}};

constexpr FieldRule count(std::string_view name, std::string_view description = {}) {
  return {.name = name, .kind = Kind::kInteger, .description = description, .required = true, .least = 0};
}
constexpr FieldRule kBackupFields[] = {
    {.name = "name", .required = true},
    {.name = "folder", .description = "on the coordinator's machine", .required = true},
    {.name = "taken_at", .required = true, .format = "date-time"},
    count("schema_version"),
    count("database_bytes"),
    {.name = "database_sha256", .required = true},
    count("jobs"),
    count("events", "lines of history"),
    count("songs", "that its jobs have: listed in songs.sha256, not copied"),
    count("song_bytes")};

ordered_json backup_json(const BackupInfo& backup) {
  return {{"name", backup.name},
          {"folder", backup.folder},
          {"taken_at", rfc3339(backup.taken_at)},
          {"schema_version", backup.schema_version},
          {"database_bytes", backup.database_bytes},
          {"database_sha256", to_hex(backup.database_sha256)},
          {"jobs", backup.jobs},
          {"events", backup.events},
          {"songs", backup.songs},
          {"song_bytes", backup.song_bytes}};
}

}  // namespace

std::vector<Route> AdminBackupRoutes::routes() {
  using R = AdminBackupRoutes;
  return {admin_route(this, "POST", "/admin/v1/backups",
                      "Back up the database, beside what goes on. The answer comes when the copy is checked.",
                      {{201, "The backup", {"Backup", kBackupFields}}}, {409}, &R::take,
                      {.body = {"NewBackup", kNewFields}})};
}

Awaitable<HttpResponse> AdminBackupRoutes::take(HttpRequest& request) {
  JsonBody body = co_await read_json_body(request, kMaxAdminBodyBytes);
  if (body.refusal) co_return std::move(*body.refusal);
  const Result<> checked = check_object(kNewFields, body.document);
  if (!checked) co_return Failure(checked.error());
  std::optional<std::string> name;
  if (const auto given = body.document.find("name"); given != body.document.end()) {
    name = given->get<std::string>();
    const Result<> named = check_operator_name("name", *name);
    if (!named) co_return Failure(named.error());
    if (name->front() == '.') co_return fail_field("name", "must not begin with a dot");
  }
  const Result<BackupInfo> backup = co_await desk_.take_backup(request.by, std::move(name));
  if (!backup) co_return Failure(backup.error());
  co_return json_response(201, backup_json(*backup).dump());
}

}  // namespace musicfleet::http
