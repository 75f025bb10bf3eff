// Jobs that ended long ago, with their songs in the store and the folder, at a time that stands still.
#pragma once

#include "coordinator/backend/awaited.h"
#include "coordinator/backend/retention.h"
#include "tests/coordinator/backend/backend_fixture.h"

#include <fstream>

namespace musicfleet::backend {

class FixedClock final : public Clock {
 public:
  SteadyTime now() const override { return {}; }
  WallTime wall_now() const override { return wall; }
  WallTime wall{std::chrono::days(1'000)};
};

class RetentionTest : public BackendTest {
 protected:
  Retention retention(const RetentionPolicy& policy = {}) {
    return Retention(
        {clock, process->store, process->readers, process->board, process->audio, process->files}, policy,
        Log(process->log_output, "retention"));
  }

  // A job that ended so many days ago, with its song in the store.
  JobId ended(const std::string& name, int days_ago, JobState state = JobState::kSucceeded) {
    Job job;
    job.id = JobId{name};
    job.tenant = who.tenant;
    job.spec.prompt = "secret words";
    job.created_at = job.updated_at = clock.wall - std::chrono::days(days_ago) - std::chrono::hours(1);
    const std::string object = process->audio.object_key(job.id, 1, AudioContainer::kWav);
    std::function<Result<>(store::Writer&)> work = [=](store::Writer& writer) mutable -> Result<> {
      MF_TRY(writer.jobs.insert(job, std::nullopt));
      if (state == JobState::kQueued) return {};
      job.state = JobState::kLeased;
      job.epoch = 1;
      job.worker = WorkerId{"w"};
      job.started_at = job.created_at;
      MF_CHECK(writer.jobs.apply({JobUpdated{job}}));
      job.state = state;
      job.finished_at = job.created_at + std::chrono::hours(1);
      if (state == JobState::kSucceeded) job.audio.emplace().object = object;
      if (state == JobState::kFailed) job.error = Error{ErrorCode::kInternal, "broken"};
      return writer.jobs.apply({JobUpdated{job}});
    };
    EXPECT_TRUE(await(written<void>(process->store, std::move(work))));
    if (state == JobState::kSucceeded) put_object(job.id, 1);
    return job.id;
  }

  void put_object(const JobId& job, Epoch epoch) {
    const std::filesystem::path temporary = process->audio.temporary_path(job, epoch, 1);
    std::ofstream(temporary) << "music";
    EXPECT_TRUE(
        process->audio.publish(temporary, process->audio.object_key(job, epoch, AudioContainer::kWav)));
  }
  static constexpr Epoch kShadow = 9;  // in the name of an object that is no job's song

  using Work = std::function<Result<>(store::Writer&)>;

  void write(Work work) { EXPECT_TRUE(await(written<void>(process->store, std::move(work)))); }

  Work order_to_compare(const JobId& job) {
    return [job, at = clock.wall](store::Writer& writer) -> Result<> {
      PurchaseIntent intent;
      intent.lease = {job, 1};
      intent.tenant = TenantId{"default"};
      intent.provider = "elevenlabs";
      intent.purpose = PurchasePurpose::kShadow;
      intent.at = at;
      return writer.ledger.intend(intent);
    };
  }
  Work take_in_to_compare(const JobId& job) {
    const std::string object = process->audio.object_key(job, kShadow, AudioContainer::kWav);
    return [job, object, at = clock.wall](store::Writer& writer) {
      return writer.ledger.end({{job, 1}, at, PurchaseState::kBought, "", "", object});
    };
  }
  // With its song in the store; `done`: and in the database.
  void buy_to_compare(const JobId& job, bool done) {
    put_object(job, kShadow);
    write(order_to_compare(job));
    if (done) write(take_in_to_compare(job));
  }
  bool has_object(const JobId& job, Epoch epoch = 1) {
    return std::filesystem::exists(
        process->audio.path_of(process->audio.object_key(job, epoch, AudioContainer::kWav)));
  }
  bool has_job(const JobId& id) {
    return store::JobReader::open(folder / "musicfleet.db")->job(id).has_value();
  }

  FixedClock clock;
};

}  // namespace musicfleet::backend
