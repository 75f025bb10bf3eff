#include "coordinator/backend/job_desk.h"

#include "coordinator/backend/awaited.h"
#include "coordinator/dispatch/requeue.h"

namespace musicfleet::backend {
namespace {

Result<http::JobStory> read_story(store::JobReader& reader, const JobId& id) {
  http::JobStory story;
  story.job = MF_TRY(reader.job(id));
  for (store::Attempt& attempt : MF_TRY(reader.attempts(id)))
    story.attempts.push_back({attempt.lease, attempt.worker, attempt.started_at, attempt.ended_at,
                              attempt.outcome, std::move(attempt.error)});
  story.events = MF_TRY(reader.events(id));
  return story;
}

}  // namespace

http::Awaitable<http::JobStory> JobDesk::story(JobId id) {
  std::function<Result<http::JobStory>(store::JobReader&)> look = [id](store::JobReader& reader) {
    return read_story(reader, id);
  };
  auto story = co_await read<http::JobStory>(readers_, std::move(look));
  if (!story) co_return story;
  // The board knows the progress as well, as long as it tells of the same state.
  if (const Job* live = board_.find(id); live && live->state == story->job.state) story->job = *live;
  co_return story;
}

http::Awaitable<Job> JobDesk::requeue(http::Operator by, JobId id) {
  store::AuditRecord record = audit_.entry(by, "job.requeue", id.value);
  const WallTime now = record.at;
  const auto life = std::make_shared<dispatch::NewLife>();
  // The store has the last word on whether the job is still there and still failed.
  std::function<Result<>(store::Writer&)> put_back = [id, now, life](store::Writer& writer) -> Result<> {
    *life = dispatch::new_life(MF_TRY(writer.jobs.failed(id)), now);
    return writer.jobs.apply({life->line, JobUpdated{life->job}});
  };
  const Result<> stored = co_await audit_.change(std::move(record), std::move(put_back));
  if (!stored) co_return Failure(stored.error());
  // For those who watch the job its revisions keep rising.
  if (const Job* shown = board_.find(id)) life->job.revision = shown->revision;
  dispatch::Event told = dispatch::Requeued{life->job};
  co_await dispatch_.applied(std::move(told));
  const Job* shown = board_.find(id);
  co_return shown ? *shown : life->job;
}

}  // namespace musicfleet::backend
