#include "coordinator/backend/backup_desk.h"

#include <ctime>

namespace musicfleet::backend {
namespace {

namespace fs = std::filesystem;

Result<> make_private_folder(const fs::path& folder) {
  std::error_code error;
  const bool is_new = fs::create_directories(folder, error);
  if (is_new && !error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return fail(ErrorCode::kUnavailable, "cannot make ", folder.string(), ": ", error.message());
  return {};
}

// "2026-11-23T021500Z"
std::string name_of(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H%M%SZ", &utc)};
}

}  // namespace

http::Awaitable<http::BackupInfo> BackupDesk::take_backup(http::Operator by,
                                                          std::optional<std::string> name) {
  store::AuditRecord order = audit_.entry(by, "backup.take", "");
  order.target = name ? *std::move(name) : name_of(order.at);
  const std::string called = order.target;
  std::function<Result<>(store::Writer&)> nothing_else = [](store::Writer&) { return Result<>(); };
  const Result<> ordered = co_await audit_.change(std::move(order), std::move(nothing_else));
  if (!ordered) co_return Failure(ordered.error());
  const auto make = [&] { return make_private_folder(folder_); };
  const Result<> made = co_await files_.compute(make);
  if (!made) co_return Failure(made.error());
  fs::path folder = folder_ / called;
  const Result<store::BackupFacts> facts = co_await housekeeping_.back_up(folder);
  if (!facts) co_return Failure(facts.error());
  co_return http::BackupInfo{called,
                             folder.string(),
                             facts->taken_at,
                             facts->schema_version,
                             facts->database_bytes,
                             facts->database_sha256,
                             facts->jobs,
                             facts->events,
                             facts->songs,
                             facts->song_bytes};
}

}  // namespace musicfleet::backend
