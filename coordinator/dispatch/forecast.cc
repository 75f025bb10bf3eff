#include "coordinator/dispatch/forecast.h"

#include "coordinator/dispatch/eligibility.h"

#include <algorithm>
#include <tuple>

namespace musicfleet::dispatch {
namespace {

// No turn is foretold beyond this: what is ahead of a job is not counted further.
constexpr Milliseconds kLongestTurn = std::chrono::hours(1);

double seconds_of(Milliseconds time) { return std::chrono::duration<double>(time).count(); }

// Whether the worker makes `other` before `hand`.
bool comes_before(const LiveJob& other, const LiveJob& hand) {
  if (other.begun_at || hand.begun_at) return other.begun_at.has_value();
  return std::tie(other.job.started_at, other.job.id) < std::tie(hand.job.started_at, hand.job.id);
}

}  // namespace

Outlook Forecast::making(const LiveJob& live) const {
  const double speed = experience_.speed.of(live.job.worker, live.lease_model);
  return {seconds_of(live.job.spec.duration) / speed,
          experience_.speed.knows(live.job.worker, live.lease_model)};
}

Outlook Forecast::rest_of(const LiveJob& live, SteadyTime now) const {
  const Stage stage = live.job.progress.stage;
  if (stage == Stage::kEncoding || stage == Stage::kUploading) return {};
  Outlook rest = making(live);
  rest.seconds = std::max(0.0, rest.seconds - seconds_of(now - *live.begun_at));
  if (const auto left = live.pace.left(now)) {
    rest.seconds = rest.measured ? std::max(rest.seconds, seconds_of(*left)) : seconds_of(*left);
    rest.measured = true;
  }
  return rest;
}

Outlook Forecast::before(const FleetMember& worker, const LiveJob* hand, SteadyTime now) const {
  Outlook all;
  for (const JobId& id : book_.held_by(worker.name)) {
    const LiveJob& other = *book_.find(id);
    if (&other == hand || (hand && !comes_before(other, *hand))) continue;
    const Outlook one = other.begun_at ? rest_of(other, now) : making(other);
    all.seconds += one.seconds;
    all.measured = all.measured && one.measured;
  }
  all.seconds += kStraySeconds * static_cast<double>(worker.strays.size());
  return all;
}

double Forecast::speed_of(const TenantId& tenant, const std::map<WorkerId, FleetMember>& fleet) const {
  double speed = 0;
  for (const auto& [name, worker] : fleet)
    if (const FleetModel* model = worker.draining ? nullptr : model_for(Job{}, worker))
      speed += experience_.speed.of(name, model->name);
  return book_.queue().share_of(tenant) * speed;
}

double Forecast::queueing_seconds(const Job& job, const std::map<WorkerId, FleetMember>& fleet) const {
  constexpr double kSlowest = 1.0 / 1'000;  // so that nothing is divided by zero
  const double speed = std::max(speed_of(job.tenant, fleet), kSlowest);
  const Milliseconds enough(static_cast<std::int64_t>(seconds_of(kLongestTurn) * speed * 1'000));
  return seconds_of(book_.queue().cost_before(job, enough)) / speed;
}

Milliseconds Forecast::turn_of(const TenantId& tenant, const std::map<WorkerId, FleetMember>& fleet) const {
  const double share = speed_of(tenant, fleet);
  if (share <= 0) return kLongestTurn;
  const double seconds = seconds_of(book_.queue().next_cost(tenant)) / share;
  return std::min(kLongestTurn, Milliseconds(static_cast<std::int64_t>(std::min(seconds, 1e9) * 1'000)));
}

}  // namespace musicfleet::dispatch
