// How SQLite carries out what dispatching, starting, listing and retention ask of it: by an index, whatever
// the number of jobs. Each statement of these parts is looked at; one that is not run here fails the test.
#include "coordinator/store/store_thread.h"
#include "tests/coordinator/store/crash_workload.h"
#include "tests/coordinator/store/store_fixture.h"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace musicfleet::store {
namespace {

// Tables that do not grow with the jobs: a list is made of all their rows. Of the audit log only the last row
// is read, by its number. The newest days are as many as are asked for. Purchases with an unknown outcome are
// those that operators have still to settle.
constexpr const char* kSmall[] = {"SCAN tenants",
                                  "SCAN workers",
                                  "SCAN access_keys",
                                  "SCAN sqlite_master",
                                  "SCAN audit",
                                  "SCAN newest",
                                  "SCAN purchases USING INDEX purchases_unknown"};

class QueryPlan : public StoreTest {
 protected:
  // Runs everything once, so that it is prepared.
  void run_everything() {
    Writer all(database);
    for (const Step& step : crash_workload()) ASSERT_TRUE(step(all));
    ASSERT_TRUE(all.removal.forget_keys(at(1), 1));
    ASSERT_TRUE(all.removal.begin_removals({}, 1));
    ASSERT_TRUE(all.removal.remove_songs({JobId{"job_none"}}, at(1)));
    ASSERT_TRUE(all.removal.songs_removed(JobId{"job_none"}));
    const JobId id{"job_3"};
    ASSERT_TRUE(reader.job(id));
    ASSERT_TRUE(reader.attempts(id));
    ASSERT_TRUE(reader.events(id));
    ASSERT_TRUE(reader.live_jobs());
    ASSERT_TRUE(reader.jobs({{}, {}, "", 10, true}));
    ASSERT_TRUE(reader.ledger().walk({at(0), 0}, at(99'000), 10, [](const LedgerEntry&) {}));
    ASSERT_TRUE(reader.ledger().purchases({false, {}, 10}));
    ASSERT_TRUE(reader.ledger().purchases({true, {}, 10}));
    ASSERT_TRUE(reader.ledger().unknown_purchases_of(id));
    ASSERT_TRUE(reader.ledger().bought_songs_of(id));
    ASSERT_TRUE(reader.ledger().spending(9));
    EXPECT_EQ(all.jobs.failed(JobId{"job_none"}).error().code, ErrorCode::kNotFound);
    for (const bool of_tenant : {false, true}) {
      const auto tenant = of_tenant ? std::optional(TenantId{"default"}) : std::nullopt;
      ASSERT_TRUE(reader.ended_jobs({tenant, at(99'000), {}, 10}));
      for (const bool of_state : {false, true})
        ASSERT_TRUE(
            reader.jobs({tenant, of_state ? std::optional(JobState::kFailed) : std::nullopt, "", 10}));
    }
  }

  std::vector<std::string> statements() const {
    std::vector<std::string> all = database.prepared();
    const std::vector<std::string> read = reader.database().prepared();
    all.insert(all.end(), read.begin(), read.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  // The lines of EXPLAIN QUERY PLAN.
  std::vector<std::string> plan(const std::string& statement) {
    sqlite3* connection = nullptr;
    std::vector<std::string> lines;
    const auto add = [](void* to, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(to)->emplace_back(values[3]);
      return 0;
    };
    sqlite3_open_v2(file.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr);
    EXPECT_EQ(sqlite3_exec(connection, ("EXPLAIN QUERY PLAN " + statement).c_str(), add, &lines, nullptr),
              SQLITE_OK)
        << statement;
    sqlite3_close(connection);
    return lines;
  }
};

TEST_F(QueryPlan, NoStatementScansWhatGrowsWithTheJobs) {
  run_everything();
  for (const std::string& statement : statements()) {
    if (statement.rfind("PRAGMA", 0) == 0) continue;
    for (const std::string& line : plan(statement)) {
      const bool is_scan = line.rfind("SCAN", 0) == 0;
      const bool is_small = std::any_of(std::begin(kSmall), std::end(kSmall),
                                        [&](const char* small) { return line.rfind(small, 0) == 0; });
      EXPECT_FALSE(is_scan && !is_small) << line << "\n" << statement;
      // Only the jobs that are not over are sorted: as many as are in memory anyway.
      const bool sorts_live = statement.find("INDEXED BY jobs_live") != std::string::npos ||
                              statement.find("DISTINCT worker") != std::string::npos ||
                              statement.find("INDEXED BY purchases_unknown") != std::string::npos;
      EXPECT_FALSE(line.find("TEMP B-TREE") != std::string::npos && !sorts_live) << line << "\n" << statement;
    }
  }
}

TEST_F(QueryPlan, EveryStatementOfTheseFilesIsLookedAt) {
  run_everything();
  const std::vector<std::string> run = statements();
  std::size_t counted = 0;
  for (const char* source : {"job_reader.cc", "job_writer.cc", "job_removal.cc", "ended_jobs.cc"}) {
    std::ifstream in(std::string("coordinator/store/") + source);
    ASSERT_TRUE(in) << source;
    std::ostringstream text;
    text << in.rdbuf();
    const std::string code = text.str();
    std::size_t declared = 0;
    for (std::size_t at = 0; (at = code.find("constexpr char k", at)) != std::string::npos; ++at) ++declared;
    EXPECT_GT(declared, 0u) << source;
    counted += declared;
  }
  const auto found = static_cast<std::size_t>(std::count_if(
      run.begin(), run.end(), [](const std::string& sql) { return sql.rfind("PRAGMA", 0) != 0; }));
  EXPECT_GE(found, counted) << "a statement is declared that run_everything() does not run";
}

TEST_F(QueryPlan, WhoeverRefersToAJobOrTenantFromARowIsFoundByAnIndex) {
  Rows rows =
      database
          .query(
              "SELECT s.name || '.' || f.\"from\" FROM sqlite_schema s, pragma_foreign_key_list(s.name) f "
              "WHERE s.type = 'table' AND f.\"table\" = 'jobs' AND NOT EXISTS ("
              "SELECT 1 FROM pragma_index_list(s.name) l, pragma_index_info(l.name) i "
              "WHERE i.seqno = 0 AND i.name = f.\"from\")")
          .value();
  while (rows.next().value())
    ADD_FAILURE() << rows.text(0) << " has no index: each purge would scan the table";
}

}  // namespace
}  // namespace musicfleet::store
