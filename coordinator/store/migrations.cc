#include "coordinator/store/migrations.h"

namespace musicfleet::store {

extern const char kMigration_001_jobs[];
extern const char kMigration_002_tenants[];
extern const char kMigration_003_identity[];
extern const char kMigration_004_drain[];
extern const char kMigration_005_retention[];
extern const char kMigration_006_webhooks[];
extern const char kMigration_007_intake[];
extern const char kMigration_008_keys[];
extern const char kMigration_009_ledger[];
extern const char kMigration_010_vendor_orders[];
extern const char kMigration_011_tenants_money[];

std::vector<const char*> all_migrations() {
  return {kMigration_001_jobs,          kMigration_002_tenants,      kMigration_003_identity,
          kMigration_004_drain,         kMigration_005_retention,    kMigration_006_webhooks,
          kMigration_007_intake,        kMigration_008_keys,         kMigration_009_ledger,
          kMigration_010_vendor_orders, kMigration_011_tenants_money};
}

Result<> migrate(Database& database, const std::vector<const char*>& migrations) {
  const auto known = static_cast<std::int64_t>(migrations.size());
  const std::int64_t version = MF_TRY(database.integer("PRAGMA user_version"));
  if (version > known)
    return fail(ErrorCode::kConflict, "the database has schema version ", version,
                ", this build of musicfleet knows only up to ", known,
                ": start the newer build that wrote it, or restore an older backup");
  if (version == 0 && MF_TRY(database.integer("SELECT count(*) FROM sqlite_schema")) > 0)
    return fail(ErrorCode::kConflict, "the file is a database, but not one of musicfleet");

  for (std::int64_t next = version; next < known; ++next) {
    const std::string script = concat("BEGIN IMMEDIATE;\n", migrations[static_cast<std::size_t>(next)],
                                      ";\nPRAGMA user_version = ", next + 1, ";\nCOMMIT");
    if (auto done = database.execute(script.c_str()); !done) {
      (void)database.execute("ROLLBACK");  // fails where the script never began a transaction
      return fail(done.error().code, "migrating to schema version ", next + 1, ": ", done.error().message);
    }
  }
  return {};
}

}  // namespace musicfleet::store
