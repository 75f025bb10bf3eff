#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

class Listing : public StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(database.execute("INSERT INTO tenants (id, created_at) VALUES ('other', 0)"));
    for (int i = 0; i < 25; ++i) {
      // Several jobs share a millisecond: the id decides.
      Job job = queued_job(concat("job_", static_cast<char>('a' + i)), at(1'000 + i / 3));
      if (i % 5 == 0) job.tenant = TenantId{"other"};
      ASSERT_TRUE(writer.insert(job, std::nullopt));
      if (i % 2) continue;
      job.state = JobState::kCancelled;
      job.finished_at = at(9'000);
      ASSERT_TRUE(writer.apply({JobUpdated{job}}));
    }
  }

  std::string walk(JobListing listing) {
    std::string seen;
    for (int pages = 0; pages < 100; ++pages) {
      const auto page = reader.jobs(listing);
      if (!page) return page.error().message;
      for (const Job& job : page->jobs) seen += job.id.value.back();
      if (page->next_cursor.empty()) return seen;
      listing.cursor = page->next_cursor;
    }
    return "never ends";
  }
};

TEST_F(Listing, ShowsEveryJobOnceNewestFirstWhateverThePageSize) {
  for (int limit : {1, 2, 7, 24, 25, 26, 200})
    EXPECT_EQ(walk({std::nullopt, std::nullopt, "", limit}), "yxwvutsrqponmlkjihgfedcba") << limit;
}

TEST_F(Listing, APageOfLongTextsEndsEarly) {
  for (int i = 0; i < 40; ++i) {
    Job job = queued_job(concat("job_long_", static_cast<char>('a' + i)), at(50'000));
    job.spec.lyrics = std::string(20'000, 'x');
    ASSERT_TRUE(writer.insert(job, std::nullopt));
  }
  const auto page = reader.jobs({std::nullopt, std::nullopt, "", 200}).value();
  EXPECT_LT(page.jobs.size(), 20u);
  EXPECT_GT(page.jobs.size(), 10u);
  EXPECT_EQ(walk({std::nullopt, std::nullopt, "", 200}).size(), 65u) << "and the next ones follow";
}

TEST_F(Listing, ShowsOneTenantAndOneState) {
  EXPECT_EQ(walk({TenantId{"other"}, std::nullopt, "", 2}), "upkfa");
  EXPECT_EQ(walk({TenantId{"other"}, JobState::kQueued, "", 1}), "pf");
  EXPECT_EQ(walk({std::nullopt, JobState::kCancelled, "", 4}), "ywusqomkigeca");
  EXPECT_EQ(walk({TenantId{"nobody"}, std::nullopt, "", 4}), "");
}

TEST_F(Listing, StaysWhereItWasWhenNewJobsArrive) {
  JobListing listing{std::nullopt, std::nullopt, "", 10};
  listing.cursor = reader.jobs(listing).value().next_cursor;
  ASSERT_TRUE(writer.insert(queued_job("job_z", at(5'000)), std::nullopt));
  EXPECT_EQ(reader.jobs(listing).value().jobs.front().id, JobId{"job_o"});
}

TEST_F(Listing, RefusesACursorThatItDidNotGive) {
  for (const char* cursor : {"x", ".", "12", "12.", "abc.job_a", "99999999999999999999.job"}) {
    const auto page = reader.jobs({std::nullopt, std::nullopt, cursor, 10});
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(page.error().param, "cursor");
  }
}

TEST_F(Listing, CostsAPageAndNotATable) {
  // SQLite's plan names the index, and never sorts.
  for (
      const char* sql :
      {"EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE (created_at, id) < (1, '') ORDER BY created_at DESC, id "
       "DESC",
       "EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE state = 'failed' AND (created_at, id) < (1, '') ORDER BY "
       "created_at DESC, id DESC",
       "EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE tenant = 'a' AND (created_at, id) < (1, '') ORDER BY "
       "created_at DESC, id DESC",
       "EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE tenant = 'a' AND state = 'failed' AND (created_at, id) < "
       "(1, '') ORDER BY created_at DESC, id DESC"}) {
    Rows plan = database.query(sql).value();
    ASSERT_TRUE(plan.next().value());
    EXPECT_NE(plan.text(3).find("SEARCH jobs USING INDEX jobs_newest"), std::string::npos) << plan.text(3);
    EXPECT_FALSE(plan.next().value()) << plan.text(3);
  }
}

}  // namespace
}  // namespace musicfleet::store
