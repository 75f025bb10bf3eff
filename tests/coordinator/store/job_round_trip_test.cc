#include "tests/coordinator/store/store_fixture.h"

#include <cmath>
#include <limits>

namespace musicfleet::store {
namespace {

Job full_job() {
  Job job = queued_job("job_full", at(1'700'000'000'123));
  job.spec.prompt = "drill \"quoted\" \u00e4\u4f60\U0001F3B5\n";
  job.spec.lyrics = "[verse]\nline";
  job.spec.duration = std::chrono::milliseconds{30'001};
  job.spec.seed = JobLimits::kMaxSeed;
  job.spec.bpm = 140;
  job.spec.key_scale = "C minor";
  job.spec.time_signature = "3";
  job.spec.vocal_language = "de";
  job.spec.instrumental = true;
  job.spec.model = "turbo";
  job.spec.steps = 12;
  job.spec.shift = 3.1;
  job.spec.format = {AudioContainer::kOpus, 24'000, 96};
  job.spec.title = "Caf\u00e9 \"live\" \U0001F3B9";
  job.priority = -7;
  job.deadline = at(1'700'000'900'000);
  job.metadata_json = R"({"order":[1,2.5,null],"é":"x"})";
  job.vendor_order = R"({"body":{"prompt":"drill"},"output_format":"mp3_44100_128"})";
  return job;
}

void expect_same(const Job& read, const Job& job) {
  EXPECT_EQ(read.id, job.id);
  EXPECT_EQ(read.tenant, job.tenant);
  EXPECT_EQ(read.state, job.state);
  EXPECT_EQ(read.spec, job.spec);
  EXPECT_EQ(read.priority, job.priority);
  EXPECT_EQ(read.deadline, job.deadline);
  EXPECT_EQ(read.metadata_json, job.metadata_json);
  EXPECT_EQ(read.vendor_order, job.vendor_order);
  EXPECT_EQ(read.created_at, job.created_at);
  EXPECT_EQ(read.updated_at, job.updated_at);
  EXPECT_EQ(read.started_at, job.started_at);
  EXPECT_EQ(read.finished_at, job.finished_at);
  EXPECT_EQ(read.epoch, job.epoch);
  EXPECT_EQ(read.attempts, job.attempts);
  EXPECT_EQ(read.worker, job.worker);
  EXPECT_EQ(read.cancel_requested, job.cancel_requested);
  EXPECT_EQ(read.warnings, job.warnings);
  ASSERT_EQ(read.error.has_value(), job.error.has_value());
  if (job.error) {
    EXPECT_EQ(read.error->code, job.error->code);
    EXPECT_EQ(read.error->message, job.error->message);
    EXPECT_EQ(read.error->param, job.error->param);
  }
  ASSERT_EQ(read.audio.has_value(), job.audio.has_value());
}

using JobRoundTrip = StoreTest;

TEST_F(JobRoundTrip, KeepsEveryFieldOfANewJob) {
  const Job job = full_job();
  ASSERT_TRUE(writer.insert(job, std::nullopt));
  expect_same(reader.job(job.id).value(), job);
}

TEST_F(JobRoundTrip, KeepsUnsetFieldsUnset) {
  const Job job = queued_job("job_plain");
  ASSERT_TRUE(writer.insert(job, std::nullopt));
  const Job read = reader.job(job.id).value();
  expect_same(read, job);
  EXPECT_EQ(read.spec.bpm, std::nullopt);
  EXPECT_EQ(read.deadline, std::nullopt);
}

TEST_F(JobRoundTrip, KeepsALeaseThenAResultWithAllItsFacts) {
  Job job = full_job();
  ASSERT_TRUE(writer.insert(job, std::nullopt));
  job.state = JobState::kLeased;
  job.epoch = 3;
  job.attempts = 2;
  job.worker = WorkerId{"gpu-1"};
  job.started_at = job.updated_at = at(1'700'000'001'000);
  job.cancel_requested = true;
  ASSERT_TRUE(writer.apply({JobUpdated{job}}));
  expect_same(reader.job(job.id).value(), job);

  job.state = JobState::kSucceeded;
  job.finished_at = at(1'700'000'002'000);
  job.warnings = {"lyrics were cut", "two"};
  JobAudio audio;
  audio.object = "2026/job_full.3.opus";
  audio.size_bytes = 5'000'000'000;
  audio.sha256 = hash_of(0xab);
  audio.media_type = "audio/ogg";
  audio.duration = std::chrono::milliseconds{30'001};
  audio.sample_rate_hz = 24'000;
  audio.channels = 2;
  audio.loudness_lufs = -14.2;
  audio.true_peak_dbtp = -0.7;
  audio.model = "turbo";
  audio.generate_time = std::chrono::milliseconds{1234};
  audio.encode_time = std::chrono::milliseconds{56};
  job.audio = audio;
  ASSERT_TRUE(writer.apply({JobUpdated{job}}));
  const Job read = reader.job(job.id).value();
  expect_same(read, job);
  EXPECT_EQ(read.audio->object, audio.object);
  EXPECT_EQ(read.audio->size_bytes, audio.size_bytes);
  EXPECT_EQ(read.audio->sha256, audio.sha256);
  EXPECT_EQ(read.audio->media_type, audio.media_type);
  EXPECT_EQ(read.audio->duration, audio.duration);
  EXPECT_EQ(read.audio->sample_rate_hz, audio.sample_rate_hz);
  EXPECT_EQ(read.audio->channels, audio.channels);
  EXPECT_EQ(read.audio->loudness_lufs, audio.loudness_lufs);
  EXPECT_EQ(read.audio->true_peak_dbtp, audio.true_peak_dbtp);
  EXPECT_EQ(read.audio->model, audio.model);
  EXPECT_EQ(read.audio->generate_time, audio.generate_time);
  EXPECT_EQ(read.audio->encode_time, audio.encode_time);
}

TEST_F(JobRoundTrip, KeepsAFailureAndTheLoudnessOfSilence) {
  Job failed = queued_job("job_failed");
  ASSERT_TRUE(writer.insert(failed, std::nullopt));
  failed.state = JobState::kFailed;
  failed.finished_at = at(5'000);
  failed.error = Error{ErrorCode::kInvalidArgument, "too long", "lyrics"};
  ASSERT_TRUE(writer.apply({JobUpdated{failed}}));
  expect_same(reader.job(failed.id).value(), failed);

  Job silent = queued_job("job_silent");
  ASSERT_TRUE(writer.insert(silent, std::nullopt));
  silent.state = JobState::kLeased;
  silent.epoch = 1;
  silent.worker = WorkerId{"w"};
  silent.started_at = at(2'000);
  ASSERT_TRUE(writer.apply({JobUpdated{silent}}));
  silent.state = JobState::kSucceeded;
  silent.finished_at = at(3'000);
  silent.audio.emplace();
  silent.audio->loudness_lufs = std::numeric_limits<double>::quiet_NaN();
  ASSERT_TRUE(writer.apply({JobUpdated{silent}}));
  EXPECT_TRUE(std::isnan(reader.job(silent.id).value().audio->loudness_lufs));
}

TEST_F(JobRoundTrip, KeepsAttemptsAndHistoryInOrder) {
  Job job = queued_job("job_a");
  ASSERT_TRUE(writer.insert(job, std::nullopt));
  job.state = JobState::kLeased;
  job.epoch = 1;
  job.worker = WorkerId{"w"};
  job.started_at = at(2'000);
  ASSERT_TRUE(writer.apply({AttemptStarted{{job.id, 1}, job.worker, at(2'000)},
                            HistoryEvent{job.id, at(2'000), "leased", R"({"epoch":1})"}, JobUpdated{job}}));
  ASSERT_TRUE(writer.apply(
      {AttemptEnded{
           {job.id, 1}, at(3'000), AttemptOutcome::kFailed, Error{ErrorCode::kOutOfMemory, "8 GiB missing"}},
       AttemptStarted{{job.id, 2}, WorkerId{"v"}, at(4'000)}}));

  const auto attempts = reader.attempts(job.id).value();
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].outcome, AttemptOutcome::kFailed);
  EXPECT_EQ(attempts[0].error->message, "8 GiB missing");
  EXPECT_EQ(attempts[0].ended_at, at(3'000));
  EXPECT_EQ(attempts[1].worker, WorkerId{"v"});
  EXPECT_EQ(attempts[1].outcome, std::nullopt);

  const auto events = reader.events(job.id).value();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "submitted");
  EXPECT_EQ(events[1].kind, "leased");
  EXPECT_EQ(events[1].detail_json, R"({"epoch":1})");

  const auto live = reader.live_jobs().value();
  ASSERT_EQ(live.size(), 1u);
  EXPECT_EQ(live[0].failed_on, std::set<WorkerId>{WorkerId{"w"}});
}

TEST_F(JobRoundTrip, DoesNotFindWhatIsNotThere) {
  EXPECT_EQ(reader.job(JobId{"job_none"}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace musicfleet::store
