// A migrated database in a folder of its own, a writing connection and a reader.
#pragma once

#include "coordinator/store/access_table.h"
#include "coordinator/store/job_reader.h"
#include "coordinator/store/job_writer.h"
#include "coordinator/store/migrations.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace musicfleet::store {

using musicfleet::testing::TemporaryFolder;

// Opens and migrates; the test fails where that does.
Database open_migrated(const std::filesystem::path& file);

WallTime at(std::int64_t ms);
Job queued_job(const std::string& id, WallTime created = at(1'000));
// A failed job, straight into a database of schema version 1, which no present writer knows.
Result<> insert_into_first_version(Database& database, const std::string& id);
Sha256 hash_of(std::uint8_t byte);

class StoreTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path file = folder / "musicfleet.db";
  Database database = open_migrated(file);
  JobWriter writer{database};
  AccessTable access{database};
  JobReader reader = JobReader::open(file).value();
};

}  // namespace musicfleet::store
