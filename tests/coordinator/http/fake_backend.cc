#include "tests/coordinator/http/fake_backend.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <stdexcept>

namespace musicfleet::http {

namespace asio = boost::asio;

void FakeBackend::update(const JobId& id, const std::function<void(Job&)>& change) {
  Job& job = job_map.at(id.value);
  change(job);
  ++job.revision;
  for (asio::steady_timer* waiter : waiters_) waiter->cancel();
}

Result<Job> FakeBackend::find(const TenantId* tenant, const JobId& id) const {
  const auto found = job_map.find(id.value);
  if (found == job_map.end() || (tenant && found->second.tenant != *tenant))
    return fail(ErrorCode::kNotFound, "there is no job ", id);
  return found->second;
}

Awaitable<Principal> FakeBackend::authenticate(std::string api_key) {
  if (api_key == kGoodKey && !good_key_revoked)
    co_return Principal{TenantId{"default"}, KeyId{"k1"}, client_scopes()};
  if (api_key == kOtherTenantsKey) co_return Principal{TenantId{"other"}, KeyId{"k2"}, client_scopes()};
  if (api_key == kReadersKey) co_return Principal{TenantId{"default"}, KeyId{"k3"}, {KeyScope::kJobsRead}};
  if (api_key == kWritersKey) co_return Principal{TenantId{"default"}, KeyId{"k4"}, {KeyScope::kJobsWrite}};
  co_return fail(ErrorCode::kUnauthenticated, "the API key is not valid");
}

Awaitable<SubmitReply> FakeBackend::submit(Principal who, Submission submission) {
  submissions.push_back(submission);
  if (submit_error) co_return Failure(*submit_error);
  if (turned_away) co_return SubmitReply{{}, false, turned_away};
  Job job;
  job.id = JobId{submission.idempotency_key ? "job_of_" + *submission.idempotency_key
                                            : concat("job_", job_map.size() + 1)};
  if (const auto known = job_map.find(job.id.value); known != job_map.end())
    co_return SubmitReply{known->second, true, {}};
  job.tenant = who.tenant;
  job.spec = submission.spec;
  job.spec.seed = submission.seed.value_or(4711);
  job.priority = submission.priority;
  job.metadata_json = submission.metadata_json;
  job.vendor_order = submission.vendor_order;
  if (on_submit) on_submit(job);
  job_map[job.id.value] = job;
  co_return SubmitReply{job, false, {}};
}

Awaitable<Job> FakeBackend::job(Principal who, JobId id) { co_return find(&who.tenant, id); }

Awaitable<JobPage> FakeBackend::jobs(Principal who, JobQuery query) {
  if (throw_in_list) throw std::runtime_error("secret inside");
  queries.push_back(query);
  JobPage page;
  for (const auto& [name, job] : job_map)
    if (job.tenant == who.tenant && (!query.state || *query.state == job.state)) page.jobs.push_back(job);
  if (static_cast<int>(page.jobs.size()) > query.limit) {
    page.jobs.resize(static_cast<std::size_t>(query.limit));
    page.next_cursor = "more";
  }
  co_return page;
}

Result<Job> FakeBackend::cancel_in(const TenantId* tenant, const JobId& id) {
  const Job job = MF_TRY(find(tenant, id));
  if (is_final(job.state) && job.state != JobState::kCancelled)
    return fail(ErrorCode::kConflict, "the job has ended already");
  update(id, [](Job& changed) {
    changed.cancel_requested = true;
    if (changed.state == JobState::kQueued) changed.state = JobState::kCancelled;
  });
  return find(tenant, id);
}

Awaitable<Job> FakeBackend::cancel(Principal who, JobId id) {
  ++cancels;
  if (commit) co_await commit->async_wait(asio::as_tuple(asio::use_awaitable));
  co_return cancel_in(&who.tenant, id);
}

Awaitable<AudioFile> FakeBackend::audio(Principal who, JobId id) {
  if (audio_error) co_return Failure(*audio_error);
  const Result<Job> job = find(&who.tenant, id);
  if (!job) co_return Failure(job.error());
  if (!job->audio) co_return fail(ErrorCode::kConflict, "the job has not succeeded");
  if (job->audio->removed_at) co_return fail(ErrorCode::kNotFound, "the song is no longer kept");
  if (after_audio) after_audio(job_map.at(id.value));
  co_return AudioFile{audio_files.at(id.value), *job->audio};
}

Awaitable<Job> FakeBackend::next_update(Principal who, JobId id, std::uint64_t after_revision,
                                        std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    const Result<Job> job = find(&who.tenant, id);
    if (!job || job->revision > after_revision || std::chrono::steady_clock::now() >= until) co_return job;
    timer.expires_at(until);
    waiters_.push_back(&timer);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    waiters_.remove(&timer);
  }
}

Awaitable<UploadTarget> FakeBackend::open_upload(std::string token) {
  const auto ticket = tickets.find(token);
  if (ticket == tickets.end() || open_tickets.count(token) || finished_tickets.count(token))
    co_return fail(ErrorCode::kNotFound, "there is no such upload");
  open_tickets.insert(token);
  co_return ticket->second;
}

Awaitable<> FakeBackend::finish_upload(std::string token) {
  if (finish_answer) {
    open_tickets.erase(token);
    finished_tickets.insert(token);
  }
  co_return finish_answer;
}

void FakeBackend::abandon_upload(std::string token) { open_tickets.erase(token); }

void FakeBackend::refuse_upload(std::string token, Error why) {
  open_tickets.erase(token);
  refused_uploads.push_back(std::move(why));
}

std::optional<TurnedAway> FakeBackend::no_way_for(const Principal&, const Submission&) {
  if (worker_there) return std::nullopt;
  return no_way;
}

std::optional<TurnedAway> FakeBackend::no_way_for(const Job&) {
  if (worker_there) return std::nullopt;
  return no_way;
}

Readiness FakeBackend::readiness() { return {store_ok, 2}; }

std::string FakeBackend::metrics_text() { return "# TYPE musicfleet_up gauge\nmusicfleet_up 1\n"; }

Awaitable<Operator> FakeBackend::authenticate_admin(std::string admin_key) {
  if (admin_key == kAdminKey) co_return Operator{"anna", operator_scopes()};
  if (admin_key == kReadersAdminKey) co_return Operator{"otto", {KeyScope::kAdminRead}};
  co_return fail(ErrorCode::kUnauthenticated, "the admin key is not valid");
}

Awaitable<> FakeBackend::add_worker(Operator, WorkerId name, WorkerKeyOrder key) {
  for (const WorkerInfo& known : worker_list)
    if (known.name == name) co_return fail(ErrorCode::kConflict, "there is a worker ", name, " already");
  WorkerInfo worker;
  worker.name = name;
  worker.public_key = key.public_key;
  worker_list.push_back(worker);
  co_return Result<>();
}

Awaitable<std::vector<WorkerInfo>> FakeBackend::workers() { co_return worker_list; }

Awaitable<> FakeBackend::revoke_worker(Operator, WorkerId name) {
  for (WorkerInfo& worker : worker_list)
    if (worker.name == name) {
      worker.revoked = true;
      co_return Result<>();
    }
  co_return fail(ErrorCode::kNotFound, "there is no worker ", name);
}

Awaitable<JobPage> FakeBackend::all_jobs(JobQuery query) {
  JobPage page;
  for (const auto& [name, job] : job_map)
    if (!query.dead || job.dead) page.jobs.push_back(job);
  co_return page;
}

Awaitable<Job> FakeBackend::any_job(JobId id) { co_return find(nullptr, id); }

Awaitable<Job> FakeBackend::cancel_any(Operator, JobId id) { co_return cancel_in(nullptr, id); }

}  // namespace musicfleet::http
