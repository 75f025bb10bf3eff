#include "coordinator/dispatch/matcher.h"

#include "coordinator/dispatch/history.h"
#include "coordinator/dispatch/planted_bug.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace musicfleet::dispatch {
namespace {

using Json = nlohmann::ordered_json;

// More than any song is waited for.
constexpr double kForeverSeconds = 1e9;

int strays_of(const FleetMember& worker) {
  return planted(Bug::kForgetStrays) ? 0 : static_cast<int>(worker.strays.size());
}

double rounded(double value) { return std::round(value * 100) / 100; }

Json told(const LiveJob& live, const Candidate& candidate) {
  Json line{{"worker", candidate.worker->name.value}};
  if (live.failed_on.count(candidate.worker->name)) line["failed_here"] = true;
  if (const auto refusal = eligible(live.job, candidate)) {
    line["obstacle"] = name_of(refusal->what);
    if (refusal->needed != 0) {
      line["needed"] = refusal->needed;
      line["there"] = refusal->there;
    }
    return line;
  }
  line["predicted_s"] = rounded(predicted_seconds(live.job, candidate));
  line["speed"] = rounded(candidate.speed);
  line["held"] = candidate.busy;
  if (candidate.failures >= 0.01) line["failures"] = rounded(candidate.failures);
  return line;
}

// What a job meets at the first few workers, and the limit of its tenant.
Json circumstances(const LiveJob& live, const std::vector<Candidate>& first, std::size_t workers,
                   const FairQueue& queue) {
  Json detail{{"workers", workers}, {"candidates", Json::array()}};
  for (const Candidate& candidate : first) detail["candidates"].push_back(told(live, candidate));
  detail["tenant_running"] = queue.running(live.job.tenant);
  if (queue.is_full(live.job.tenant)) detail["tenant_full"] = true;
  return detail;
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::set<std::string> Matcher::models_of(const FleetMember& worker, SteadyTime now) const {
  std::set<std::string> models;
  if (is_older(worker.software_version, settings_.min_worker_version)) return models;
  for (const FleetModel& model : worker.models)
    if (!experience_.failures.resting(worker.name, model.name, now)) models.insert(model.name);
  if (const FleetModel* any = model_for(Job{}, worker); any && models.count(any->name)) models.emplace();
  return models;
}

void Matcher::refresh(const WorkerId& worker, SteadyTime now) {
  refreshed_ = true;
  const auto known = fleet_.find(worker);
  if (known == fleet_.end()) return free_.remove(worker);
  const FleetMember& member = known->second;
  const int busy = book_.count_held_by(worker) + strays_of(member);
  const FleetModel* model = model_for(Job{}, member);
  free_.update(member, busy, model ? experience_.speed.of(worker, model->name) : WorkerSpeed::kUnknown,
               models_of(member, now));
}

Candidate Matcher::candidate(const Job& job, const FleetMember& worker, SteadyTime now) const {
  Candidate candidate;
  candidate.worker = &worker;
  candidate.busy = book_.count_held_by(worker.name) + strays_of(worker);
  candidate.minimum_version = settings_.min_worker_version;
  if (const FleetModel* model = model_for(job, worker)) {
    candidate.speed = experience_.speed.of(worker.name, model->name);
    candidate.failures = experience_.failures.count(worker.name, model->name, now);
    candidate.resting = experience_.failures.resting(worker.name, model->name, now);
  }
  if (candidate.busy > 0) candidate.wait_s = forecast_.before(worker, nullptr, now).seconds;
  return candidate;
}

FleetOutlook Matcher::outlook(const Job& job, const std::set<WorkerId>& failed_on, SteadyTime now) const {
  FleetOutlook outlook;
  std::map<Obstacle, int> met;
  std::optional<double> soonest, soonest_again;  // where it has not failed, where it has
  bool is_free = false;
  for (const auto& [name, worker] : fleet_) {
    const Candidate one = candidate(job, worker, now);
    const auto refusal = eligible(job, one);
    if (refusal && refusal->what != Obstacle::kNoFreeSlot) {
      ++met[refusal->what];
      continue;
    }
    outlook.able = true;
    const bool failed_here = failed_on.contains(name);
    is_free |= !refusal && !failed_here;
    if (!experience_.speed.knows(name, model_for(job, worker)->name)) continue;
    std::optional<double>& best = failed_here ? soonest_again : soonest;
    best = std::min(best.value_or(kForeverSeconds), predicted_seconds(job, one));
  }
  const double queued = forecast_.queueing_seconds(job, fleet_);
  outlook.free = is_free && queued == 0;
  if (const auto best = soonest ? soonest : soonest_again)
    outlook.predicted =
        Milliseconds(static_cast<std::int64_t>(std::min(*best + queued, kForeverSeconds) * 1'000));
  if (fleet_.empty()) outlook.why_not = "no worker is connected";
  if (!outlook.able)
    for (const auto& [what, workers] : met)
      outlook.why_not += concat(outlook.why_not.empty() ? "" : ", ", name_of(what));
  return outlook;
}

std::vector<Candidate> Matcher::candidates(const LiveJob& live, SteadyTime now) const {
  std::vector<Candidate> found;
  if (!live.failed_on.empty()) {
    for (const auto& [name, worker] : fleet_) found.push_back(candidate(live.job, worker, now));
    return found;
  }
  std::size_t good = 0;
  free_.each(live.job.spec.model, [&](const WorkerId& name) {
    found.push_back(candidate(live.job, fleet_.at(name), now));
    if (!eligible(live.job, found.back())) ++good;
    return good < kCompared;
  });
  return found;
}

void Matcher::match(Turn& turn) {
  if (std::exchange(refreshed_, false)) book_.queue().put_back();
  while (!free_.empty()) {
    const auto next = book_.queue().next(free_.open());
    if (!next) break;
    ++looked_at_;
    LiveJob& live = *book_.find(*next);
    const std::vector<Candidate> among = candidates(live, turn.now.steady);
    const auto chosen = choose(live, among);
    if (!chosen) {
      book_.queue().set_aside(live.job);
      note_waiting(live, turn);
      continue;
    }
    const FleetMember& worker = *among[*chosen].worker;
    Json choice{{"chosen", told(live, among[*chosen])}, {"others", Json::array()}};
    for (std::size_t i = 0; i < among.size() && choice["others"].size() < kTold; ++i)
      if (i != *chosen) choice["others"].push_back(told(live, among[i]));
    choice["workers"] = fleet_.size();
    live.lease_model = model_for(live.job, worker)->name;
    live.waiting_for.clear();
    book_.queue().take(live.job);
    book_.grant(live, worker.name, text_of(choice), turn);
    refresh(worker.name, turn.now.steady);
  }
  for (const JobId& id : book_.take_newly_queued())
    if (LiveJob* live = book_.find(id);
        live && live->job.state == JobState::kQueued && !live->kept_from_fleet)
      note_waiting(*live, turn);
}

void Matcher::note_waiting(LiveJob& live, Turn& turn) {
  // To wait for a slot or a turn is the rule, and the age in "leased" tells of it: it is worth no line.
  std::map<Obstacle, int> met;
  bool possible = false;
  for (auto at = fleet_.begin(); at != fleet_.end() && !possible; ++at) {
    const auto refusal = eligible(live.job, candidate(live.job, at->second, turn.now.steady));
    if (refusal) ++met[refusal->what];
    possible = (!refusal || refusal->what == Obstacle::kNoFreeSlot) && !live.failed_on.count(at->first);
  }
  std::string reason;
  if (book_.queue().is_full(live.job.tenant))
    reason = "the tenant's limit of running jobs";
  else if (fleet_.empty())
    reason = "no worker is connected";
  else if (!possible && met.empty())
    reason = "it has failed on every worker";
  else if (!possible)
    for (const auto& [what, workers] : met) reason += concat(reason.empty() ? "" : ", ", name_of(what));
  if (reason == live.waiting_for) return;
  live.waiting_for = reason;
  if (reason.empty()) return;
  Json detail = circumstances(live, told_of(live, turn.now.steady), fleet_.size(), book_.queue());
  detail["reason"] = reason;
  turn.out.changes.emplace_back(HistoryEvent{live.job.id, turn.now.wall, "waiting", text_of(detail)});
}

std::vector<Candidate> Matcher::told_of(const LiveJob& live, SteadyTime now) const {
  std::vector<Candidate> first;
  for (const auto& [name, worker] : fleet_) {
    if (first.size() == kTold) break;
    first.push_back(candidate(live.job, worker, now));
  }
  return first;
}

std::string Matcher::explain(const LiveJob& live, SteadyTime now) const {
  return text_of(circumstances(live, told_of(live, now), fleet_.size(), book_.queue()));
}

}  // namespace musicfleet::dispatch
