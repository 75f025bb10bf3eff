#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace musicfleet::dispatch {

Scene::Scene(Settings given, Failover sale)
    : settings(given), failover(sale), dispatcher(std::make_unique<Dispatcher>(settings, 1, failover)) {
  now.steady = SteadyTime(Milliseconds{1'000'000});
  now.wall = WallTime(Milliseconds{1'700'000'000'000});
}

JobId Scene::submit(const std::string& name, int priority, std::string model,
                    std::optional<Milliseconds> deadline) {
  Job job;
  job.id = JobId{name};
  job.tenant = tenant;
  job.priority = priority;
  job.spec.model = std::move(model);
  job.created_at = job.updated_at = now.wall;
  if (deadline) job.deadline = now.wall + *deadline;
  jobs_[job.id] = job;
  apply(Submitted{job});
  return job.id;
}

void Scene::hello(const std::string& worker, int slots, std::vector<RunningJob> running) {
  to_coordinator::Hello hello;
  hello.protocol_version = hello.min_protocol_version = 1;
  hello.models = {{"turbo", "ace_v15", "turbo"}};
  hello.slots = slots;
  hello.running = std::move(running);
  say(worker, hello);
}

void Scene::beat(const std::string& worker, std::vector<RunningJob> running, bool draining) {
  say(worker, to_coordinator::Heartbeat{std::move(running), draining});
}

void Scene::fail(const std::string& worker, const Lease& lease, ErrorCode code) {
  say(worker, to_coordinator::Failed{lease, Error{code, "it broke"}});
}

void Scene::song_ready(const std::string& worker, const Lease& lease) { say(worker, song_of(lease)); }

to_coordinator::SongReady Scene::song_of(const Lease& lease) const {
  const JobSpec& ordered = job(lease.job).spec;
  to_coordinator::SongReady song;
  song.lease = lease;
  song.size_bytes = 1'000;
  song.media_type = media_type_of(ordered.format.container);
  song.duration = ordered.duration;
  song.sample_rate_hz = ordered.format.sample_rate_hz;
  song.channels = 2;
  song.model_name = ordered.model.empty() ? "turbo" : ordered.model;
  return song;
}

void Scene::upload(const Lease& lease, const std::string& object) {
  JobAudio audio;
  audio.object = object;
  apply(UploadVerified{lease, audio, {}});
}

void Scene::say(const std::string& worker, to_coordinator::Message message) {
  apply(WorkerSaid{WorkerId{worker}, std::move(message)});
}

void Scene::apply(Event event) {
  const Decisions decisions = dispatcher->apply(std::move(event), now);
  for (const Change& change : decisions.changes) {
    if (const auto* updated = std::get_if<JobUpdated>(&change)) jobs_[updated->job.id] = updated->job;
    if (const auto* ended = std::get_if<AttemptEnded>(&change)) attempts_ended.push_back(*ended);
    if (const auto* event_line = std::get_if<HistoryEvent>(&change)) history.push_back(*event_line);
    if (const auto* intent = std::get_if<PurchaseIntent>(&change)) intents.push_back(*intent);
    if (const auto* end = std::get_if<PurchaseEnd>(&change)) purchase_ends.push_back(*end);
    if (const auto* row = std::get_if<LedgerEntry>(&change)) ledger.push_back(*row);
  }
  for (const Effect& effect : decisions.effects) {
    if (const auto* send = std::get_if<SendToWorker>(&effect))
      sent_.emplace_back(send->worker, send->message);
    if (const auto* ticket = std::get_if<IssueTicket>(&effect)) tickets.push_back(*ticket);
    if (const auto* discard = std::get_if<DiscardObject>(&effect)) discarded.push_back(*discard);
    if (const auto* order = std::get_if<BuySong>(&effect)) orders.push_back(*order);
    if (const auto* withdraw = std::get_if<WithdrawPurchase>(&effect)) withdrawn.push_back(withdraw->lease);
    if (const auto* warning = std::get_if<BudgetWarning>(&effect)) warnings.push_back(*warning);
    if (const auto* publish = std::get_if<PublishJob>(&effect)) published.push_back(*publish);
  }
}

Job Scene::commit(const NewLife& life) {
  history.push_back(life.line);
  return jobs_[life.job.id] = life.job;
}

void Scene::pass(Milliseconds time) {
  const SteadyTime end = now.steady + time;
  while (now.steady < end) {
    SteadyTime next = end;
    if (const auto deadline = dispatcher->next_deadline(); deadline && *deadline < end) next = *deadline;
    next = std::max(next, now.steady + Milliseconds{1});
    now.wall += next - now.steady;
    now.steady = next;
    apply(Tick{});
  }
}

void Scene::pause(Milliseconds time) {
  now.steady += time;
  now.wall += time;
  apply(Tick{});
}

void Scene::restart(Milliseconds down) {
  now.steady += down;
  now.wall += down;
  dispatcher = std::make_unique<Dispatcher>(settings, 2, failover);
  Restored restored;
  for (const PurchaseIntent& intent : intents) {
    const auto end = std::find_if(purchase_ends.begin(), purchase_ends.end(),
                                  [&](const PurchaseEnd& one) { return one.lease == intent.lease; });
    // What was under way has become unknown.
    if (end == purchase_ends.end() || end->state == PurchaseState::kUnknown)
      unknown_purchases.insert(intent.lease);
    if (end == purchase_ends.end() || end->state != PurchaseState::kNotBought)
      restored.spending.push_back({intent.tenant, intent.at, intent.price});
  }
  restored.unknown_purchases = unknown_purchases;
  for (auto& [id, job] : jobs_) {
    if (is_final(job.state)) continue;
    job.progress = {};
    job.revision = 0;
    restored.jobs.push_back({job, {}});
  }
  apply(std::move(restored));
}

RunningJob denoising(const Lease& lease, int step, int steps) {
  return {lease, Stage::kDenoising, step, steps};
}

}  // namespace musicfleet::dispatch
