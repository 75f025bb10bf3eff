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

Awaitable<> FakeWorkerDesk::add_worker_key(Operator, WorkerId name, WorkerKeyOrder key,
                                           std::optional<std::chrono::seconds> overlap) {
  overlaps.push_back(overlap);
  orders.push_back(key);
  WorkerKeyInfo info;
  info.public_key = key.public_key;
  keys[name.value].push_back(info);
  co_return Result<>();
}

Awaitable<std::vector<WorkerKeyInfo>> FakeWorkerDesk::worker_keys(WorkerId name) {
  if (!keys.count(name.value)) co_return fail(ErrorCode::kNotFound, "there is no worker ", name);
  co_return keys.at(name.value);
}

Awaitable<> FakeWorkerDesk::revoke_worker_key(Operator, WorkerId name, std::string public_key) {
  for (WorkerKeyInfo& key : keys[name.value])
    if (key.public_key == public_key) {
      key.revoked = true;
      co_return Result<>();
    }
  co_return fail(ErrorCode::kNotFound, "worker ", name, " has no such key");
}

Awaitable<JobStory> FakeJobDesk::story(JobId id) {
  const Result<Job> job = co_await backend_.any_job(id);
  if (!job) co_return Failure(job.error());
  co_return JobStory{*job, attempts[id.value], events[id.value]};
}

}  // namespace musicfleet::http
