#include "tests/coordinator/store/crash_workload.h"

#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

constexpr int kJobs = 12;

Job song(int number) {
  Job job = queued_job(concat("job_", number), at(1'000 * number));
  // Some span several pages of the database.
  job.spec.lyrics = std::string(static_cast<std::size_t>(number % 4) * 3'000, 'a');
  return job;
}

Job leased(int number, Epoch epoch = 1) {
  Job job = song(number);
  job.state = JobState::kLeased;
  job.epoch = epoch;
  job.attempts = static_cast<int>(epoch);
  job.worker = WorkerId{concat("gpu-", number % 3)};
  job.started_at = job.updated_at = at(20'000 + number);
  return job;
}

Job ended(int number, JobState state, Epoch epoch = 1) {
  Job job = leased(number, epoch);
  job.state = state;
  job.finished_at = job.updated_at = at(40'000 + number);
  if (state == JobState::kFailed) job.error = Error{ErrorCode::kOutOfMemory, "8 GiB are missing"};
  if (state == JobState::kSucceeded) {
    job.audio.emplace();
    job.audio->object = concat("songs/job_", number, "/1.flac");
    job.audio->sha256 = hash_of(static_cast<std::uint8_t>(number));
  }
  return job;
}

Step submit(int number) {
  return [number](Writer& writer) -> Result<> {
    MF_TRY(writer.jobs.insert(song(number), IdempotencyKey{concat("order-", number), hash_of(1)}));
    return {};
  };
}

Step apply(std::vector<Change> changes) {
  return [changes = std::move(changes)](Writer& writer) { return writer.jobs.apply(changes); };
}

Step lease(int number, Epoch epoch = 1) {
  const Job job = leased(number, epoch);
  return apply({AttemptStarted{{job.id, epoch}, job.worker, *job.started_at},
                HistoryEvent{job.id, *job.started_at, "leased", R"({"reason":"the shortest queue"})"},
                JobUpdated{job}});
}

Step end(int number, JobState state, AttemptOutcome outcome, Epoch epoch = 1) {
  const Job job = ended(number, state, epoch);
  return apply({AttemptEnded{{job.id, epoch}, *job.finished_at, outcome, job.error},
                HistoryEvent{job.id, *job.finished_at, std::string(name_of(state)), "{}"}, JobUpdated{job}});
}

Step requeue(int number) {
  Job job = leased(number);
  job.state = JobState::kQueued;
  return apply({AttemptEnded{{job.id, 1}, at(30'000), AttemptOutcome::kExpired, std::nullopt},
                HistoryEvent{job.id, at(30'000), "requeued", R"({"delay_ms":1000})"}, JobUpdated{job}});
}

Step cancel(int number) {
  Job job = song(number);
  job.state = JobState::kCancelled;
  job.finished_at = job.updated_at = at(30'000);
  return apply({HistoryEvent{job.id, at(30'000), "cancelled", "{}"}, JobUpdated{job}});
}

Step add_worker(int number) {
  return [number](Writer& writer) -> Result<> {
    const WorkerId name{concat("gpu-", number)};
    const WorkerKeyRow key{std::string(40, static_cast<char>('a' + number)), at(1), at(1), {}, {}, {}};
    MF_CHECK(writer.workers.add(name, key));
    MF_TRY(writer.audit.append({at(1), "admin", "worker.add", name.value, "{}"}));
    return {};
  };
}

}  // namespace

std::vector<Step> crash_workload() {
  std::vector<Step> steps;
  steps.reserve(8 * kJobs);
  for (int i = 0; i < 3; ++i) steps.push_back(add_worker(i));
  for (int i = 0; i < kJobs; ++i) steps.push_back(submit(i));
  for (int i = 0; i < kJobs - 2; ++i) steps.push_back(lease(i));
  for (int i = 0; i < kJobs - 2; ++i) switch (i % 4) {
      case 0:
      case 1:
        steps.push_back(end(i, JobState::kSucceeded, AttemptOutcome::kSucceeded));
        break;
      case 2:
        steps.push_back(end(i, JobState::kFailed, AttemptOutcome::kFailed));
        break;
      default:
        steps.push_back(requeue(i));
        steps.push_back(lease(i, 2));
        steps.push_back(end(i, JobState::kSucceeded, AttemptOutcome::kSucceeded, 2));
    }
  steps.push_back(cancel(kJobs - 1));
  steps.push_back([](Writer& writer) { return writer.workers.revoke(WorkerId{"gpu-1"}, at(50'000)); });
  const auto remove = [&](auto what, std::vector<int> numbers) {
    std::vector<JobId> jobs;
    jobs.reserve(numbers.size());
    for (const int number : numbers) jobs.push_back(song(number).id);
    steps.push_back([=](Writer& writer) -> Result<> {
      MF_TRY((writer.removal.*what)(jobs, at(60'000)));
      return {};
    });
  };
  remove(&JobRemoval::remove_songs, {0, 1});
  remove(&JobRemoval::remove_history, {0, 2});
  remove(&JobRemoval::erase, {4, 5});
  remove(&JobRemoval::purge, {1, 6, 7});
  steps.push_back([](Writer& writer) -> Result<> {
    MF_TRY(writer.removal.songs_removed(JobId{"job_6"}));
    return {};
  });
  // A request whose answer got lost: the same job again.
  steps.push_back([](Writer& writer) -> Result<> {
    const Inserted again = MF_TRY(writer.jobs.insert(song(3), IdempotencyKey{"order-3", hash_of(1)}));
    if (!again.replayed) return fail(ErrorCode::kInternal, "a second job for one order");
    return {};
  });
  return steps;
}

}  // namespace musicfleet::store
