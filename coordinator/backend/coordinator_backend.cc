#include "coordinator/backend/coordinator_backend.h"

#include "common/random.h"
#include "coordinator/backend/awaited.h"
#include "coordinator/backend/route_refusal.h"
#include "coordinator/dispatch/eligibility.h"

#include <algorithm>
#include <limits>

namespace musicfleet::backend {
namespace {

// Nothing follows an ended job, so that whoever asks for what comes after is answered at once.
constexpr std::uint64_t kLastRevision = std::numeric_limits<std::uint64_t>::max();
constexpr int kLongestPage = 200;

Job new_job(JobId id, const TenantId& tenant, const http::Submission& submission, WallTime now) {
  Job job;
  job.id = std::move(id);
  job.tenant = tenant;
  job.spec = submission.spec;
  job.spec.seed = submission.seed.value_or(random_u64() & JobLimits::kMaxSeed);
  job.priority = submission.priority;
  if (submission.deadline) job.deadline = now + *submission.deadline;
  job.metadata_json = submission.metadata_json;
  job.vendor_order = submission.vendor_order;
  job.created_at = job.updated_at = now;
  return job;
}

}  // namespace

http::Awaitable<http::Principal> CoordinatorBackend::authenticate(std::string api_key) {
  co_return parts_.access.authenticate(api_key);
}

std::optional<http::TurnedAway> CoordinatorBackend::overload(const TenantId& tenant, WallTime now) {
  const dispatch::Dispatcher& dispatcher = parts_.dispatch.dispatcher();
  const TenantLimits& limits = dispatcher.limits_of(tenant);
  const auto turned_away = [](std::chrono::milliseconds wait, std::string why) {
    return http::TurnedAway{Error{ErrorCode::kQuota, std::move(why)},
                            std::max(std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(wait))};
  };
  // Every live job is held in memory.
  if (static_cast<std::int64_t>(dispatcher.live_jobs()) + admissions_.of_all() >= parts_.max_live_jobs)
    return turned_away(dispatcher.expected_turn(tenant),
                       concat("this coordinator takes ", parts_.max_live_jobs,
                              " jobs that are not over, and has them; submit again when some are done"));
  if (limits.max_queued && dispatcher.queued_of(tenant) + admissions_.of(tenant) >= *limits.max_queued)
    return turned_away(dispatcher.expected_turn(tenant),
                       concat("of this tenant at most ", *limits.max_queued,
                              " jobs may wait, and they do; submit again when one has begun"));
  if (!limits.songs_per_hour) return std::nullopt;
  const auto wait = hourly_.wait(tenant, *limits.songs_per_hour, now);
  if (wait.count() <= 0) return std::nullopt;
  return turned_away(wait, concat("this tenant may order ", *limits.songs_per_hour,
                                  " songs within an hour, and has; submit again later"));
}

http::Awaitable<http::SubmitReply> CoordinatorBackend::submit(http::Principal who,
                                                              http::Submission submission) {
  const WallTime now = parts_.clock.wall_now();
  const Job job = new_job(ids_.next(now), who.tenant, submission, now);
  if (const Result<> valid = validate(job.spec); !valid) co_return Failure(valid.error());
  http::SubmitReply refused;
  refused.turned_away = overload(who.tenant, job.created_at);
  if (!refused.turned_away) refused.turned_away = no_way(job, true);
  const bool full = refused.turned_away.has_value();
  if (full && !submission.idempotency_key) co_return refused;
  const Admissions::Pass pass = full ? nullptr : admissions_.admit(who.tenant);
  std::optional<store::IdempotencyKey> key;
  if (submission.idempotency_key) key = {*submission.idempotency_key, submission.body_sha256};
  using MaybeInserted = std::optional<store::Inserted>;
  std::function<Result<MaybeInserted>(store::Writer&)> insert =
      [job, key, full](store::Writer& writer) -> Result<MaybeInserted> {
    if (!full) return MF_TRY(writer.jobs.insert(job, key));
    // What was taken in once is answered, however full it is by now.
    if (auto earlier = MF_TRY(writer.jobs.replay(job, *key)))
      return store::Inserted{*std::move(earlier), true};
    return std::nullopt;
  };
  // Counted before it is stored, so that those that wait for the store together do not exceed the limit.
  if (!full) hourly_.add(who.tenant, job.created_at);
  const auto answer = co_await written<MaybeInserted>(parts_.store, std::move(insert));
  const bool taken_in = answer && *answer && !(*answer)->replayed;
  if (!full && !taken_in) hourly_.take_back(who.tenant, job.created_at);
  if (!answer) co_return Failure(answer.error());
  const MaybeInserted& inserted = *answer;
  if (!inserted) co_return refused;
  if (inserted->replayed) {
    const Job* live = parts_.board.find(inserted->job.id);
    co_return http::SubmitReply{live ? *live : inserted->job, true, {}};
  }
  parts_.metrics.job_submitted();
  parts_.board.put(job);
  parts_.dispatch.apply(dispatch::Submitted{job});
  co_return http::SubmitReply{job, false, {}};
}

http::Awaitable<Job> CoordinatorBackend::any_job(JobId id) {
  if (const Job* live = parts_.board.find(id)) co_return *live;
  std::function<Result<Job>(store::JobReader&)> look = [id](store::JobReader& reader) {
    return reader.job(id);
  };
  auto stored = co_await read<Job>(parts_.readers, std::move(look));
  if (stored && is_final(stored->state)) stored->revision = kLastRevision;
  co_return stored;
}

http::Awaitable<Job> CoordinatorBackend::job(http::Principal who, JobId id) {
  auto found = co_await any_job(id);
  if (found && found->tenant != who.tenant) co_return fail(ErrorCode::kNotFound, "there is no job ", id);
  co_return found;
}

http::Awaitable<http::JobPage> CoordinatorBackend::list(std::optional<TenantId> tenant,
                                                        http::JobQuery query) {
  store::JobListing listing{std::move(tenant), query.state, std::move(query.cursor),
                            std::clamp(query.limit, 1, kLongestPage), query.dead};
  std::function<Result<store::JobList>(store::JobReader&)> look = [listing](store::JobReader& reader) {
    return reader.jobs(listing);
  };
  auto stored = co_await read<store::JobList>(parts_.readers, std::move(look));
  if (!stored) co_return Failure(stored.error());
  // The board knows the progress as well, as long as it tells of the same state.
  for (Job& job : stored->jobs)
    if (const Job* live = parts_.board.find(job.id); live && live->state == job.state) job = *live;
  co_return http::JobPage{std::move(stored->jobs), std::move(stored->next_cursor)};
}

http::Awaitable<http::JobPage> CoordinatorBackend::jobs(http::Principal who, http::JobQuery query) {
  std::optional<TenantId> tenant = std::move(who.tenant);
  co_return co_await list(std::move(tenant), std::move(query));
}

http::Awaitable<http::JobPage> CoordinatorBackend::all_jobs(http::JobQuery query) {
  std::optional<TenantId> every_tenant;
  co_return co_await list(std::move(every_tenant), std::move(query));
}

http::Awaitable<Job> CoordinatorBackend::cancel_now(JobId id) {
  auto found = co_await any_job(id);
  if (!found) co_return found;
  if (!is_final(found->state)) {
    dispatch::Event request = dispatch::CancelRequested{id};
    co_await parts_.dispatch.applied(std::move(request));
    if (!parts_.dispatch.store_ok())
      co_return fail(ErrorCode::kUnavailable, "the cancellation was not recorded");
    found = co_await any_job(id);
    if (!found) co_return found;
  }
  if (found->state == JobState::kSucceeded || found->state == JobState::kFailed)
    co_return fail(ErrorCode::kConflict, "job ", id, " has already ", name_of(found->state));
  co_return found;
}

http::Awaitable<Job> CoordinatorBackend::cancel(http::Principal who, JobId id) {
  auto found = co_await job(who, id);
  if (!found) co_return found;
  co_return co_await cancel_now(id);
}

http::Awaitable<Job> CoordinatorBackend::cancel_any(http::Operator by, JobId id) {
  const auto found = co_await any_job(id);
  if (!found) co_return found;
  const Result<> recorded = co_await parts_.audit.record(std::move(by), "job.cancel", id.value, "{}");
  if (!recorded) co_return Failure(recorded.error());
  co_return co_await cancel_now(id);
}

http::Awaitable<http::AudioFile> CoordinatorBackend::audio(http::Principal who, JobId id) {
  const auto found = co_await job(std::move(who), id);
  if (!found) co_return Failure(found.error());
  if (!found->audio)
    co_return fail(ErrorCode::kConflict, "job ", id, " is ", name_of(found->state), ": it has no audio");
  if (found->audio->removed_at)
    co_return fail(ErrorCode::kNotFound, "the song of job ", id, " is no longer kept");
  co_return http::AudioFile{parts_.audio.path_of(found->audio->object), *found->audio};
}

http::Awaitable<Job> CoordinatorBackend::next_update(http::Principal who, JobId id,
                                                     std::uint64_t after_revision,
                                                     std::chrono::milliseconds patience) {
  auto found = co_await job(who, id);
  if (!found || found->revision > after_revision || is_final(found->state)) co_return found;
  co_await parts_.board.next_change(id, patience);
  co_return co_await job(who, id);
}

http::Awaitable<http::UploadTarget> CoordinatorBackend::open_upload(std::string token) {
  co_return parts_.uploads.open(token);
}

http::Awaitable<> CoordinatorBackend::finish_upload(std::string token) {
  co_return co_await parts_.uploads.finish(std::move(token));
}

void CoordinatorBackend::abandon_upload(std::string token) { parts_.uploads.abandon(token); }

void CoordinatorBackend::refuse_upload(std::string token, Error why) { parts_.uploads.refuse(token, why); }

std::optional<http::TurnedAway> CoordinatorBackend::no_way(const Job& job, bool may_wait) const {
  const dispatch::Instant now{std::chrono::floor<dispatch::Milliseconds>(parts_.clock.now()),
                              parts_.clock.wall_now()};
  return refusal_of(parts_.dispatch.dispatcher().route_for(job, may_wait, now));
}

std::optional<http::TurnedAway> CoordinatorBackend::no_way_for(const http::Principal& who,
                                                               const http::Submission& submission) {
  const WallTime now = parts_.clock.wall_now();
  return no_way(new_job(ids_.next(now), who.tenant, submission, now), false);
}

std::optional<http::TurnedAway> CoordinatorBackend::no_way_for(const Job& job) { return no_way(job, false); }

bool CoordinatorBackend::may_be_paid_for(const JobId& job) {
  return parts_.dispatch.dispatcher().has_unknown_purchase(job);
}

bool CoordinatorBackend::is_being_bought(const JobId& job) {
  return parts_.dispatch.dispatcher().has_open_purchase(job);
}

http::Readiness CoordinatorBackend::readiness() {
  return {parts_.dispatch.store_ok(), static_cast<int>(parts_.dispatch.dispatcher().fleet().size())};
}

std::string CoordinatorBackend::metrics_text() {
  Gauges gauges;
  gauges.queued_jobs = parts_.board.queued();
  gauges.leased_jobs = parts_.board.leased();
  for (const auto& [name, worker] : parts_.dispatch.dispatcher().fleet())
    ++(worker.draining ? gauges.draining_workers : gauges.ready_workers);
  gauges.store_commits = parts_.store.commits();
  gauges.store_work = parts_.store.committed_work();
  gauges.store_waiting = parts_.store.waiting();
  gauges.store_health = parts_.store_health;
  return parts_.metrics.text(gauges) + parts_.purchase_metrics();
}

http::Awaitable<http::Operator> CoordinatorBackend::authenticate_admin(std::string admin_key) {
  co_return parts_.access.authenticate_admin(admin_key);
}

http::Awaitable<> CoordinatorBackend::add_worker(http::Operator by, WorkerId name, http::WorkerKeyOrder key) {
  co_return co_await parts_.workers.add_worker(std::move(by), std::move(name), std::move(key));
}

http::Awaitable<std::vector<http::WorkerInfo>> CoordinatorBackend::workers() {
  co_return co_await parts_.workers.workers();
}

http::Awaitable<> CoordinatorBackend::revoke_worker(http::Operator by, WorkerId name) {
  co_return co_await parts_.workers.revoke_worker(std::move(by), std::move(name));
}

}  // namespace musicfleet::backend
