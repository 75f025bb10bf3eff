#include "tests/coordinator/http/fake_desks.h"

namespace musicfleet::http {

Awaitable<JobStory> FakeJobDesk::story(JobId id) {
  const Result<Job> job = co_await backend_.any_job(id);
  if (!job) co_return Failure(job.error());
  co_return JobStory{*job, attempts[id.value], events[id.value]};
}

}  // namespace musicfleet::http
