#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

using Idempotency = StoreTest;

TEST_F(Idempotency, TheSameKeyAndBodyGiveTheSameJob) {
  const IdempotencyKey key{"order-1", hash_of(1)};
  ASSERT_FALSE(writer.insert(queued_job("job_1"), key).value().replayed);
  const Inserted second = writer.insert(queued_job("job_2"), key).value();
  EXPECT_TRUE(second.replayed);
  EXPECT_EQ(second.job.id, JobId{"job_1"});
  EXPECT_FALSE(reader.job(JobId{"job_2"}));
}

TEST_F(Idempotency, TheSameKeyWithAnotherBodyIsAConflict) {
  ASSERT_TRUE(writer.insert(queued_job("job_1"), IdempotencyKey{"order-1", hash_of(1)}));
  const auto second = writer.insert(queued_job("job_2"), IdempotencyKey{"order-1", hash_of(2)});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(Idempotency, KeysOfTenantsAreTheirOwn) {
  ASSERT_TRUE(database.execute("INSERT INTO tenants (id, created_at) VALUES ('other', 0)"));
  const IdempotencyKey key{"order-1", hash_of(1)};
  ASSERT_TRUE(writer.insert(queued_job("job_1"), key));
  Job job = queued_job("job_2");
  job.tenant = TenantId{"other"};
  EXPECT_FALSE(writer.insert(job, key).value().replayed);
}

TEST_F(Idempotency, AKeyIsForgottenAfterADay) {
  const IdempotencyKey key{"order-1", hash_of(1)};
  ASSERT_TRUE(writer.insert(queued_job("job_1", at(0)), key));
  const auto day = std::chrono::milliseconds(std::chrono::hours(24)).count();
  EXPECT_TRUE(writer.insert(queued_job("job_2", at(day - 1)), key).value().replayed);
  EXPECT_FALSE(writer.insert(queued_job("job_3", at(day)), key).value().replayed);
}

}  // namespace
}  // namespace musicfleet::store
