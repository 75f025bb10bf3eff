#include "tests/simulation/lease_judge.h"

#include "tests/simulation/trace_text.h"

#include <algorithm>
#include <utility>

namespace musicfleet::simulation {
namespace {

using dispatch::WorkerSaid;

// A timer of the dispatcher's border is a millisecond late at most, and so is a floor to milliseconds.
constexpr Micros kTimerGrain = std::chrono::milliseconds(5);

template <class Message>
const Message* said(const dispatch::Event& event) {
  const auto* saying = std::get_if<WorkerSaid>(&event);
  return saying ? std::get_if<Message>(&saying->message) : nullptr;
}

}  // namespace

void LeaseJudge::hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) {
  cause_ = event;
  if (const auto* order = std::get_if<dispatch::DrainOrdered>(&event)) {
    if (order->drain)
      ordered_to_drain_.insert(order->worker);
    else
      ordered_to_drain_.erase(order->worker);
  }
  if (const auto* restored = std::get_if<dispatch::Restored>(&event)) {
    ordered_to_drain_ = restored->drained;
    for (const auto& row : restored->jobs)
      if (row.job.state == JobState::kLeased) {
        begin(row.job.worker, {row.job.id, row.job.epoch});
        open_[row.job.id].cancelled = row.job.cancel_requested;
      }
    return;
  }
  if (const auto* cancel = std::get_if<dispatch::CancelRequested>(&event))
    if (const auto open = open_.find(cancel->job); open != open_.end()) open->second.cancelled = true;
  const auto* saying = std::get_if<WorkerSaid>(&event);
  if (!saying) return;
  if (const auto* hello = said<to_coordinator::Hello>(event)) {
    draining_[saying->worker] = hello->draining;
    take_report(dispatcher, saying->worker, hello->running);
  }
  if (const auto* beat = said<to_coordinator::Heartbeat>(event);
      beat && dispatcher.fleet().count(saying->worker)) {
    draining_[saying->worker] = beat->draining;
    take_report(dispatcher, saying->worker, beat->running);
  }
  if (const auto* failed = said<to_coordinator::Failed>(event)) strays_[saying->worker].erase(failed->lease);
  if (const auto* back = said<to_coordinator::Returned>(event)) strays_[saying->worker].erase(back->lease);
}

void LeaseJudge::take_report(const dispatch::Dispatcher&, const WorkerId& worker,
                             const std::vector<RunningJob>& running) {
  std::set<Lease>& strays = strays_[worker] = {};
  std::set<Lease>& reported = reported_[worker] = {};
  for (const RunningJob& report : running) {
    reported.insert(report.lease);
    const auto found = open_.find(report.lease.job);
    if (found == open_.end() || found->second.epoch != report.lease.epoch || found->second.worker != worker) {
      strays.insert(report.lease);
      continue;
    }
    Open& open = found->second;
    open.named = true;
    if (!open.cancelled) open.renewed = timeline_.elapsed();
    const RunningJob before = std::exchange(open.report, report);
    const bool same_run = report.stage == before.stage && report.steps == before.steps;
    if (same_run && report.step == before.step) continue;
    open.moved = timeline_.elapsed();
    if (same_run && report.step > before.step) continue;
    open.steps_since = timeline_.elapsed();
    open.first_step = report.step;
  }
}

void LeaseJudge::begin(const WorkerId& worker, const Lease& lease) {
  const Micros now = timeline_.elapsed();
  Open open;
  open.epoch = lease.epoch;
  open.worker = worker;
  open.renewed = open.moved = now;
  open_.insert_or_assign(lease.job, std::move(open));
}

int LeaseJudge::busy(const WorkerId& worker) const {
  const auto strays = strays_.find(worker);
  return static_cast<int>(std::count_if(open_.begin(), open_.end(),
                                        [&](const auto& entry) { return entry.second.worker == worker; })) +
         (strays == strays_.end() ? 0 : static_cast<int>(strays->second.size()));
}

void LeaseJudge::decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) {
  for (const Change& change : decisions.changes) {
    if (const auto* ended = std::get_if<AttemptEnded>(&change)) finish(*ended);
    const auto* started = std::get_if<AttemptStarted>(&change);
    if (!started) continue;
    const WorkerId& worker = started->worker;
    if (open_.count(started->lease.job))
      verdict_.broken("one owner", text_of(started->lease), " is given away while another lease stands");
    begin(worker, started->lease);
    if (worker.value == kElevenLabs) continue;
    const auto member = dispatcher.fleet().find(worker);
    if (member == dispatcher.fleet().end())
      return verdict_.broken("eligible", worker, " is not there and is given ", text_of(started->lease));
    if (draining_[worker] || ordered_to_drain_.count(worker))
      verdict_.broken("drain", worker, " takes no new job and is given ", text_of(started->lease));
    if (busy(worker) > member->second.slots)
      verdict_.broken("slots", worker, " holds ", busy(worker), " with ", text_of(started->lease));
  }
}

void LeaseJudge::finish(const AttemptEnded& ended) {
  const auto found = open_.find(ended.lease.job);
  if (found == open_.end() || found->second.epoch != ended.lease.epoch)
    return verdict_.broken("one owner", text_of(ended.lease), " ends but is not the current lease");
  const Open open = found->second;
  open_.erase(found);
  using enum AttemptOutcome;
  const bool of_their_doing = std::get_if<WorkerSaid>(&cause_) ||
                              std::get_if<dispatch::WorkerGone>(&cause_) ||
                              std::get_if<dispatch::WorkerRevoked>(&cause_);
  // What is taken from a worker that does not know of it yet keeps its slot busy.
  const bool taken = ended.outcome == kExpired || ended.outcome == kStalled ||
                     (ended.outcome == kReturned && !of_their_doing);
  if (taken)
    if (reported_[open.worker].count(ended.lease)) strays_[open.worker].insert(ended.lease);
  if (ended.outcome == kExpired && timeline_.elapsed() - open.renewed + kTimerGrain < settings_.lease)
    verdict_.broken("lease lasts", text_of(ended.lease), " expired after ",
                    (timeline_.elapsed() - open.renewed).count() / 1'000, " ms");
  if (ended.outcome == kReturned && open.named && std::get_if<dispatch::WorkerGone>(&cause_))
    verdict_.broken("lease lasts", text_of(ended.lease), " was taken from ", open.worker,
                    ", which works on it, because a connection broke");
  if (ended.outcome == kForgotten && !said<to_coordinator::Hello>(cause_))
    verdict_.broken("lease lasts", text_of(ended.lease), " was taken for forgotten without a hello");
}

void LeaseJudge::leaves(const WorkerId& worker, const to_worker::Message& message) {
  const auto* assign = std::get_if<to_worker::Assign>(&message);
  if (!assign) return;
  Epoch& last = last_assigned_[assign->lease.job];
  if (assign->lease.epoch <= last)
    verdict_.broken("epochs rise", text_of(assign->lease), " for ", worker, " after epoch ", last);
  last = assign->lease.epoch;
}

void LeaseJudge::ends() {
  open_.clear();
  reported_.clear();
  strays_.clear();
  draining_.clear();
  ordered_to_drain_.clear();
  allowance_ = Micros{0};
}

Micros LeaseJudge::longest_silence(const Open& open) const {
  const RunningJob& report = open.report;
  const int steps = report.step - open.first_step;
  if (report.stage != Stage::kDenoising || steps <= 0 || report.step >= report.steps)
    return settings_.stage_patience;
  return std::max<Micros>(settings_.stall_minimum,
                          (open.moved - open.steps_since) / steps * settings_.stall_factor);
}

void LeaseJudge::inspect(const dispatch::Dispatcher* dispatcher) {
  const Micros now = timeline_.elapsed();
  // What a pause has kept the coordinator from hearing, it makes up for by as much again.
  if (!dispatcher || now < allowance_) {
    for (auto& [job, open] : open_) open.excused = now;
    return;
  }
  for (const auto& [job, open] : open_) {
    // Of a purchase nothing is heard until it ends; that it does, the end of the run shows.
    if (open.worker.value == kElevenLabs) continue;
    if (now - std::max(open.renewed, open.excused) > settings_.lease + kTimerGrain)
      verdict_.broken("silence is noticed", text_of(Lease{job, open.epoch}), " of ", open.worker,
                      " stands, though nobody has named it for ", (now - open.renewed).count() / 1'000,
                      " ms");
    // A job that waits for its turn on its worker may rest as long as another one moves there.
    using enum Stage;
    const Stage stage = open.report.stage;
    const bool in_line = stage == kQueued || stage == kEncoding || stage == kUploading;
    if (!in_line && now - std::max(open.moved, open.excused) > longest_silence(open) + settings_.heartbeat)
      verdict_.broken("a hang is noticed", text_of(Lease{job, open.epoch}), " of ", open.worker,
                      " has not moved for ", (now - open.moved).count() / 1'000, " ms");
  }
}

}  // namespace musicfleet::simulation
