// What the dispatcher does with each message of a worker.
#include "coordinator/dispatch/dispatcher.h"
#include "coordinator/dispatch/planted_bug.h"
#include "coordinator/dispatch/song_check.h"

#include <algorithm>
#include <utility>

namespace musicfleet::dispatch {
namespace {

constexpr int kMaxSlots = 64;

void tell(Turn& turn, const WorkerId& worker, to_worker::Message message) {
  turn.out.effects.emplace_back(SendToWorker{worker, std::move(message)});
}

}  // namespace

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Hello& hello, Turn& turn) {
  FleetMember& worker = fleet_[from];
  worker.name = from;
  worker.protocol_version = hello.protocol_version;
  worker.software_version = hello.software_version;
  worker.device = hello.device;
  worker.models = hello.models;
  worker.slots = std::clamp(hello.slots, 1, kMaxSlots);
  worker.memory_free_bytes = hello.memory_free_bytes;
  worker.says_draining = hello.draining;
  worker.draining = hello.draining || drained_.contains(from);
  worker.last_seen_at = turn.now.wall;
  agenda_.set({Appointment::kWorkerSilence, from.value}, turn.now.steady + settings_.lease);
  turn.out.changes.emplace_back(WorkerSeen{from, turn.now.wall});
  tell(turn, from,
       to_worker::Welcome{hello.protocol_version, from.value, settings_.heartbeat, settings_.lease});
  tell_whether_drained(worker, hello.draining, turn);
  changed_.insert(from);

  // A hello tells all that the worker holds. What it once named and no longer does is lost with its process;
  // what an earlier coordinator gave it has never arrived; what was sent just now may have crossed this hello
  // on the way.
  for (const JobId& id : book_.held_by(from)) {
    LiveJob* live = book_.find(id);
    const Lease lease{id, live->job.epoch};
    const bool named = std::any_of(hello.running.begin(), hello.running.end(),
                                   [&](const RunningJob& job) { return job.lease == lease; });
    if (named || live->delivery == Delivery::kSent) continue;
    const bool forgotten = live->delivery == Delivery::kNamed;
    book_.end_attempt(*live, forgotten ? AttemptOutcome::kForgotten : AttemptOutcome::kReturned,
                      Error{ErrorCode::kUnavailable, concat("worker ", from, " said hello without the job")},
                      turn);
  }
  take_report(worker, hello.running, turn);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Heartbeat& heartbeat, Turn& turn) {
  const auto known = fleet_.find(from);
  if (known == fleet_.end()) return;
  known->second.says_draining = heartbeat.draining;
  const bool draining = heartbeat.draining || drained_.contains(from);
  const bool changes_its_mind = std::exchange(known->second.draining, draining) != draining;
  const auto free_before = std::exchange(known->second.memory_free_bytes, heartbeat.memory_free_bytes);
  // 0 is unknown, and may be any.
  const bool more_free =
      free_before < heartbeat.memory_free_bytes || (free_before > 0 && heartbeat.memory_free_bytes == 0);
  if (changes_its_mind || more_free) changed_.insert(from);
  take_report(known->second, heartbeat.running, turn);
}

void Dispatcher::take_report(FleetMember& worker, const std::vector<RunningJob>& running, Turn& turn) {
  worker.running = running;
  const auto strays_before = std::exchange(worker.strays, {});
  bool moved = false;
  if (planted(Bug::kRenewUnnamed))
    for (const JobId& id : book_.held_by(worker.name))
      agenda_.set({Appointment::kLeaseExpiry, id.value}, turn.now.steady + settings_.lease);
  for (const RunningJob& report : running) {
    LiveJob* live = book_.held(worker.name, report.lease);
    if (live) moved |= book_.renew(*live, report, turn);
    if (!live) worker.strays.insert(report.lease);
    if (!live || live->job.cancel_requested) dismiss(worker.name, report.lease, turn);
  }
  if (moved) book_.wait_in_line(worker.name, turn.now.steady);
  if (worker.strays != strays_before) changed_.insert(worker.name);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::SongReady& song, Turn& turn) {
  LiveJob* live = book_.held(from, song.lease);
  if (!live || live->job.cancel_requested) return dismiss(from, song.lease, turn);
  const auto known = fleet_.find(from);
  const FleetMember* worker = known == fleet_.end() ? nullptr : &known->second;
  if (const auto fault = fault_of(song, live->job.spec, worker)) return refuse(*live, *fault, turn);
  turn.out.effects.emplace_back(IssueTicket{from, song});
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Uploaded& uploaded, Turn& turn) {
  // The upload itself has told us already, by UploadVerified; a job that is over has its answer.
  const bool live = book_.find(uploaded.lease.job) != nullptr;
  if (live && !book_.held(from, uploaded.lease)) tell(turn, from, to_worker::Cancel{uploaded.lease});
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Failed& failed, Turn& turn) {
  // The worker has let go of it either way: answering a stale one with Cancel would only start a ping-pong.
  const auto known = fleet_.find(from);
  if (known != fleet_.end() && known->second.strays.erase(failed.lease)) changed_.insert(from);
  LiveJob* live = book_.held(from, failed.lease);
  if (!live) return;
  const bool given_back = failed.error.code == ErrorCode::kCancelled && !live->job.cancel_requested;
  // Whoever gives a job back takes no other one, until a heartbeat says that it does.
  if (given_back && known != fleet_.end()) known->second.draining = true;
  book_.end_attempt(*live, given_back ? AttemptOutcome::kReturned : AttemptOutcome::kFailed, failed.error,
                    turn);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Goodbye&, Turn& turn) {
  leave(from, turn);
  for (const JobId& id : book_.held_by(from))
    book_.end_attempt(*book_.find(id), AttemptOutcome::kReturned,
                      Error{ErrorCode::kUnavailable, "the worker left"}, turn);
}

void Dispatcher::hear(const WorkerId& from, const to_coordinator::Returned& returned, Turn& turn) {
  const auto known = fleet_.find(from);
  if (known != fleet_.end() && known->second.strays.erase(returned.lease)) changed_.insert(from);
  LiveJob* live = book_.held(from, returned.lease);
  if (!live) return;
  // Whoever gives back what nobody asked for takes no other one, until a heartbeat says that it does.
  if (const bool asked = recaller_.returned(*live, turn); !asked && known != fleet_.end())
    known->second.draining = true;
  book_.end_attempt(*live, AttemptOutcome::kReturned,
                    Error{ErrorCode::kCancelled, "given back before it had begun"}, turn);
}

}  // namespace musicfleet::dispatch
