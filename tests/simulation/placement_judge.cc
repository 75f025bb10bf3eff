#include "tests/simulation/placement_judge.h"

#include "tests/simulation/trace_text.h"

#include <cmath>

namespace musicfleet::simulation {
namespace {

using std::chrono::milliseconds;

// From so many failures on a worker is left alone until they have faded to so many.
constexpr double kTooMany = 3, kAgain = 2;

}  // namespace

const FleetModel* PlacementJudge::model_of(const Job& job, const Known& worker) const {
  const auto& wanted = job.spec.model;
  const FleetModel* found = nullptr;
  for (const FleetModel& model : worker.models)
    if ((wanted.empty() || model.name == wanted) && (!found || (model.loaded && !found->loaded)))
      found = &model;
  return found;
}

bool PlacementJudge::could_take(const Job& job, const WorkerId& worker) const {
  const auto known = workers_.find(worker);
  if (known == workers_.end() || draining(worker, known->second)) return false;
  const FleetModel* model = model_of(job, known->second);
  if (!model) return false;
  const double seconds = std::chrono::duration<double>(job.spec.duration).count();
  const double need = static_cast<double>(model->memory_fixed_bytes) +
                      seconds * static_cast<double>(model->memory_bytes_per_second);
  const auto free = static_cast<double>(known->second.memory_free_bytes);
  if (free > 0 && need > free) return false;
  const auto failures = failures_.find({worker, model->name});
  return failures == failures_.end() || now() >= failures->second.rests_until;
}

bool PlacementJudge::has_failed_on(const JobId& job, const WorkerId& worker) const {
  const auto found = failed_on_.find(job);
  return found != failed_on_.end() && found->second.count(worker) > 0;
}

void PlacementJudge::hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) {
  if (const auto* restored = std::get_if<dispatch::Restored>(&event)) {
    ordered_to_drain_ = restored->drained;
    for (const auto& row : restored->jobs) {
      failed_on_[row.job.id] = row.failed_on;
      if (row.job.state == JobState::kLeased)
        owners_[row.job.id] = {row.job.worker, row.job.epoch, row.job.spec.model};
      if (row.job.cancel_requested) cancelled_.insert(row.job.id);
    }
  }
  if (const auto* order = std::get_if<dispatch::DrainOrdered>(&event)) take_order(*order);
  if (const auto* cancel = std::get_if<dispatch::CancelRequested>(&event)) cancelled_.insert(cancel->job);
  if (const auto* requeued = std::get_if<dispatch::Requeued>(&event);
      requeued && !dispatcher.find(requeued->job.id)) {
    failed_on_.erase(requeued->job.id);
    cancelled_.erase(requeued->job.id);
  }
  if (const auto* revoked = std::get_if<dispatch::WorkerRevoked>(&event))
    std::erase_if(failures_, [&](const auto& entry) { return entry.first.first == revoked->worker; });
  if (const auto* said = std::get_if<dispatch::WorkerSaid>(&event)) hear(said->worker, said->message);
}

void PlacementJudge::take_order(const dispatch::DrainOrdered& order) {
  const auto known = workers_.find(order.worker);
  // One of version 1 is told nothing, and so owes nothing.
  if (known != workers_.end() && !order.drain)
    known->second.owes_word = known->second.protocol_version >= 2 && draining(order.worker, known->second);
  if (order.drain)
    ordered_to_drain_.insert(order.worker);
  else
    ordered_to_drain_.erase(order.worker);
}

void PlacementJudge::hear(const WorkerId& worker, const to_coordinator::Message& message) {
  if (const auto* hello = std::get_if<to_coordinator::Hello>(&message))
    workers_[worker] = {hello->protocol_version, hello->models, hello->memory_free_bytes, hello->draining,
                        false};
  const auto known = workers_.find(worker);
  if (known == workers_.end()) return;
  if (const auto* beat = std::get_if<to_coordinator::Heartbeat>(&message)) {
    known->second.memory_free_bytes = beat->memory_free_bytes;
    known->second.says_draining = beat->draining;
    known->second.owes_word = false;
  }
  // Whoever gives a job back may have begun to drain, or may have been asked for it: its next word tells.
  const auto* failed = std::get_if<to_coordinator::Failed>(&message);
  const auto* returned = std::get_if<to_coordinator::Returned>(&message);
  const bool given_back = failed && failed->error.code == ErrorCode::kCancelled;
  if (!given_back && !returned) return;
  const Lease lease = failed ? failed->lease : returned->lease;
  const auto owner = owners_.find(lease.job);
  const bool its_own =
      owner != owners_.end() && owner->second.worker == worker && owner->second.epoch == lease.epoch;
  if (its_own && !cancelled_.count(lease.job)) known->second.owes_word = true;
}

double PlacementJudge::faded(const Failures& failures) const {
  const auto passed = static_cast<double>((now() - failures.at).count());
  return failures.count * std::exp2(-passed / static_cast<double>(settings_.failure_half_life.count()));
}

void PlacementJudge::decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) {
  for (const Change& change : decisions.changes) {
    if (const auto* ended = std::get_if<AttemptEnded>(&change)) take_end(*ended);
    if (const auto* started = std::get_if<AttemptStarted>(&change)) judge_grant(dispatcher, *started);
  }
}

void PlacementJudge::take_end(const AttemptEnded& ended) {
  const auto found = owners_.find(ended.lease.job);
  if (found == owners_.end()) return;
  const Owner owner = found->second;
  owners_.erase(found);
  using enum AttemptOutcome;
  if (ended.outcome == kReturned || ended.outcome == kCancelled) return;
  Failures& failures = failures_[{owner.worker, owner.model}];
  if (ended.outcome == kSucceeded) {
    failures = {faded(failures) / 2, now(), failures.rests_until};
    return;
  }
  const bool first_here = failed_on_[ended.lease.job].insert(owner.worker).second;
  const ErrorCode code = ended.error ? ended.error->code : ErrorCode::kInternal;
  const bool of_the_job =
      code == ErrorCode::kInvalidArgument || (ended.outcome == kFailed && code == ErrorCode::kOutOfMemory);
  if (!first_here || of_the_job) return;
  failures = {faded(failures) + 1, now(), failures.rests_until};
  if (failures.count < kTooMany) return;
  const double rest =
      std::log2(failures.count / kAgain) * static_cast<double>(settings_.failure_half_life.count());
  failures.rests_until = now() + milliseconds(static_cast<std::int64_t>(rest));
}

void PlacementJudge::judge_grant(const dispatch::Dispatcher& dispatcher, const AttemptStarted& started) {
  const JobId& id = started.lease.job;
  const Job* job = dispatcher.find(id);
  const auto known = workers_.find(started.worker);
  if (!job || known == workers_.end()) return;
  const FleetModel* model = model_of(*job, known->second);
  owners_[id] = {started.worker, started.lease.epoch, model ? model->name : std::string()};
  // It was asked for what it gave back, or it would get nothing.
  known->second.owes_word = false;
  if (!could_take(*job, started.worker))
    verdict_.broken("eligible", started.worker, " is given ", text_of(started.lease), " and cannot take it");
  if (!has_failed_on(id, started.worker)) return;
  for (const auto& [name, member] : dispatcher.fleet())
    if (!has_failed_on(id, name) && could_take(*job, name) &&
        static_cast<int>(member.strays.size()) < member.slots)
      verdict_.broken("not where it failed", text_of(started.lease), " goes back to ", started.worker,
                      " though ", name, " could take it");
}

void PlacementJudge::leaves(const WorkerId& worker, const to_worker::Message& message) {
  const bool new_words = std::holds_alternative<to_worker::Drain>(message) ||
                         std::holds_alternative<to_worker::Recall>(message) ||
                         std::holds_alternative<to_worker::Resume>(message);
  const auto known = workers_.find(worker);
  if (new_words && known != workers_.end() && known->second.protocol_version < 2)
    verdict_.broken("words that are understood", worker, " speaks version 1 and is told to ",
                    text_of(message));
}

void PlacementJudge::ends() {
  workers_.clear();
  ordered_to_drain_.clear();
  failures_.clear();
  failed_on_.clear();
  owners_.clear();
  cancelled_.clear();
}

}  // namespace musicfleet::simulation
