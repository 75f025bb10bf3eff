// A migrated database in a folder of its own, a writing connection and a reader.
#pragma once

#include "coordinator/store/access_table.h"
#include "coordinator/store/job_reader.h"
#include "coordinator/store/job_writer.h"
#include "coordinator/store/migrations.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace musicfleet::store {

// A folder that goes when the test does.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Opens and migrates; the test fails where that does.
Database open_migrated(const std::filesystem::path& file);

WallTime at(std::int64_t ms);
Job queued_job(const std::string& id, WallTime created = at(1'000));
Sha256 hash_of(std::uint8_t byte);

class StoreTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path file = folder / "musicfleet.db";
  Database database = open_migrated(file);
  JobWriter writer{database};
  AccessTable access{database};
  JobReader reader = JobReader::open(file).value();
};

}  // namespace musicfleet::store
