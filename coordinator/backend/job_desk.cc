#include "coordinator/backend/job_desk.h"

#include "coordinator/backend/awaited.h"

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

}  // namespace musicfleet::backend
