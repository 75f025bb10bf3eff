#include "tests/coordinator/http/fake_desks.h"

namespace musicfleet::http {

Awaitable<AuditEntries> FakeAuditDesk::audit_entries(AuditQuery query) {
  queries.push_back(query);
  co_return entries;
}

Awaitable<AuditReport> FakeAuditDesk::verify_audit(std::optional<Sha256> expected_head) {
  expected = expected_head;
  co_return report;
}

Awaitable<JobStory> FakeJobDesk::story(JobId id) {
  const Result<Job> job = co_await backend_.any_job(id);
  if (!job) co_return Failure(job.error());
  co_return JobStory{*job, attempts[id.value], events[id.value]};
}

}  // namespace musicfleet::http
