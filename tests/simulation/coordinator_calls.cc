// The coordinator's answers to HTTP requests: submissions, cancellations, questions and uploads.
#include "coordinator/dispatch/planted_bug.h"
#include "tests/simulation/coordinator_process.h"

#include <cstdio>
#include <utility>

namespace musicfleet::simulation {
namespace {

using dispatch::Bug;
using dispatch::planted;

JobId numbered_job(int number) {
  char name[16];
  std::snprintf(name, sizeof name, "job%03d", number);
  return JobId{name};
}

Failure lease_lost(const Lease& lease) {
  return fail(ErrorCode::kConflict, "the lease of job ", lease.job, " is lost");
}

}  // namespace

std::optional<Error> CoordinatorProcess::overload(const TenantId& tenant) const {
  const auto most = dispatcher_->limits_of(tenant).max_queued;
  if (most && dispatcher_->queued_of(tenant) + admissions_.of(tenant) >= *most)
    return Error{ErrorCode::kQuota, concat("of this tenant at most ", *most, " jobs may wait, and they do")};
  return std::nullopt;
}

void CoordinatorProcess::submit(const JobOrder& order, Reply<JobId> reply) {
  process_.enter([this, order, reply = std::move(reply)] {
    Job job;
    job.id = numbered_job(++jobs_made_);
    job.tenant = order.tenant;
    job.spec = order.spec;
    job.priority = order.priority;
    job.created_at = job.updated_at = timeline_.wall_now();
    if (order.deadline) job.deadline = job.created_at + *order.deadline;
    const std::optional<Error> refusal = overload(order.tenant);
    if (refusal && !order.key) return reply(Failure(*refusal));
    const bool counts = !refusal && !planted(Bug::kForgetAdmissions);
    const auto pass = counts ? admissions_.admit(order.tenant) : nullptr;
    if (!refusal) judges_.each([&](Judge& judge) { judge.admits(job); });
    const auto inserted = std::make_shared<Tables::Inserted>();
    store_.post(
        [job, key = order.key, refusal, inserted](Tables& tables) -> Result<> {
          if (!refusal) {
            *inserted = MF_TRY(tables.insert(job, key));
            return {};
          }
          // What was taken in once is answered, however full it is by now.
          std::optional<Job> earlier = MF_TRY(tables.replay(job, *key));
          if (!earlier) return Failure(*refusal);
          *inserted = {*std::move(earlier), true};
          return {};
        },
        [this, job, inserted, pass, reply](const Result<>& stored) {
          if (!stored || inserted->replayed) judges_.each([&](Judge& judge) { judge.turns_away(job); });
          if (!stored) return reply(Failure(stored.error()));
          const Job& accepted = inserted->job;
          if (!inserted->replayed) {
            board_[accepted.id] = accepted;
            apply(dispatch::Submitted{accepted});
          }
          timeline_.note("202 for ", accepted.id, inserted->replayed ? ", replayed" : "");
          judges_.each([&](Judge& judge) { judge.answered_submission(accepted.id); });
          reply(accepted.id);
        });
  });
}

Result<Job> CoordinatorProcess::job(const JobId& id) const {
  if (const auto known = board_.find(id); known != board_.end()) return known->second;
  if (const StoredJob* stored = tables().find(id)) return stored->job;
  return fail(ErrorCode::kNotFound, "there is no job ", id);
}

void CoordinatorProcess::look(const JobId& id, Reply<Job> reply) {
  process_.enter([this, id, reply = std::move(reply)] { reply(job(id)); });
}

void CoordinatorProcess::cancel(const JobId& id, Reply<Job> reply) {
  process_.enter([this, id, reply = std::move(reply)] {
    const auto answer = [this, id, reply] {
      if (broken_) return reply(fail(ErrorCode::kUnavailable, "the cancellation was not recorded"));
      const Result<Job> found = job(id);
      if (found && (found->state == JobState::kSucceeded || found->state == JobState::kFailed))
        return reply(fail(ErrorCode::kConflict, "job ", id, " has already ", name_of(found->state)));
      if (found) {
        timeline_.note("cancellation of ", id, " answered");
        judges_.each([&](Judge& judge) { judge.answered_cancel(id); });
      }
      reply(found);
    };
    const Result<Job> found = job(id);
    if (!found || is_final(found->state)) return answer();
    apply(dispatch::CancelRequested{id}, answer);
  });
}

void CoordinatorProcess::open_upload(const std::string& token, Reply<Lease> reply) {
  process_.enter([this, token, reply = std::move(reply)] {
    backend::UploadTicket* ticket = tickets_->find(token);
    if (!ticket) return reply(fail(ErrorCode::kNotFound, "unknown ticket"));
    if (ticket->in_use) return reply(fail(ErrorCode::kConflict, "an upload is under way"));
    const Lease lease = ticket->song.lease;
    if (!dispatcher_->is_current(lease)) {
      tickets_->remove(token);
      return reply(lease_lost(lease));
    }
    if (publishing_.count(lease)) return reply(fail(ErrorCode::kConflict, "being published"));
    ticket->in_use = true;
    reply(lease);
  });
}

void CoordinatorProcess::abandon_upload(const std::string& token) {
  process_.enter([this, token] {
    if (backend::UploadTicket* ticket = tickets_->find(token)) ticket->in_use = false;
  });
}

void CoordinatorProcess::finish_upload(const std::string& token, Reply<void> reply) {
  process_.enter([this, token, reply = std::move(reply)] {
    const backend::UploadTicket* found = tickets_->find(token);
    if (!found || !found->in_use) return reply(fail(ErrorCode::kNotFound, "no upload is under way"));
    const Lease lease = found->song.lease;
    if (!dispatcher_->is_current(lease)) {
      tickets_->remove(token);
      return reply(lease_lost(lease));
    }
    if (publishing_.count(lease)) {
      abandon_upload(token);
      return reply(fail(ErrorCode::kConflict, "being published"));
    }
    publishing_.insert(lease);
    const auto on_disk = dice_.between(Micros{500}, Micros{20'000});
    process_.later(on_disk, [this, token, lease, reply] {
      const std::string object = concat(lease.job, '/', lease.epoch);
      if (!shelf_.publish(object, lease)) {
        // Stored by a process that ended before its commit: nobody has seen it.
        remove_object(object);
        shelf_.publish(object, lease);
      }
      tickets_->remove(token);
      const bool current = dispatcher_->is_current(lease);
      JobAudio audio;
      audio.object = object;
      apply(dispatch::UploadVerified{lease, audio, {}}, [this, lease, current, reply] {
        publishing_.erase(lease);
        if (broken_) return reply(fail(ErrorCode::kUnavailable, "the song could not be recorded"));
        if (!current) return reply(lease_lost(lease));
        reply({});
      });
    });
  });
}

}  // namespace musicfleet::simulation
