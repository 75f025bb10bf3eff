#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {

Database open_migrated(const std::filesystem::path& file) {
  Database database = Database::open(file, Database::Mode::kReadWrite).value();
  const auto done = migrate(database, all_migrations());
  EXPECT_TRUE(done) << done.error().message;
  return database;
}

WallTime at(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

Job queued_job(const std::string& id, WallTime created) {
  Job job;
  job.id = JobId{id};
  job.tenant = TenantId{"default"};
  job.spec.prompt = "dark trap";
  job.created_at = job.updated_at = created;
  return job;
}

Result<> insert_into_first_version(Database& database, const std::string& id) {
  return database.execute(
      concat("INSERT INTO jobs (id, tenant, state, spec, priority, metadata, created_at, updated_at, "
             "finished_at, epoch, attempts, worker, cancel_requested, error, warnings) VALUES ('",
             id,
             "', 'default', 'failed', '{}', 0, '{}', 1, 1, 2, 3, 3, 'w', 0, "
             "'{\"code\":\"internal\",\"message\":\"m\"}', '[]')")
          .c_str());
}

Sha256 hash_of(std::uint8_t byte) {
  Sha256 hash;
  hash.fill(byte);
  return hash;
}

}  // namespace musicfleet::store
