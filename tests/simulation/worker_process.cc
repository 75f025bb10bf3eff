#include "tests/simulation/worker_process.h"

#include "tests/simulation/trace_text.h"

#include <algorithm>
#include <utility>

namespace musicfleet::simulation {
namespace {

constexpr Micros kAnswerTimeout = std::chrono::seconds(15);
constexpr Micros kLeavePatience = std::chrono::seconds(60);
constexpr int kSlots = 2;

}  // namespace

WorkerProcess::WorkerProcess(Timeline& timeline, Dice dice, Network& network, CoordinatorProcess& coordinator,
                             std::size_t number, Machine machine)
    : timeline_(timeline),
      dice_(dice),
      network_(network),
      coordinator_(coordinator),
      number_(number),
      machine_(std::move(machine)),
      process_(timeline) {}

void WorkerProcess::start() {
  timeline_.note(worker_name(number_), " starts");
  process_.begin();
  held_.clear();
  gpu_queue_.clear();
  on_gpu_.reset();
  encoder_free_at_ = Micros{0};
  draining_ = leaving_ = ended_ = false;
  to_coordinator::Hello hello;
  hello.protocol_version = machine_.protocol_version;
  hello.min_protocol_version = 1;
  hello.models = machine_.models;
  hello.memory_free_bytes = memory_free_bytes();
  hello.slots = kSlots;
  daemon::LinkSettings settings;
  settings.jitter_seed = dice_.any();
  link_ = std::make_unique<daemon::LinkMachine>(settings, std::move(hello));
  carry_out(link_->start(timeline_.now()));
}

void WorkerProcess::crash() {
  if (!process_.up()) return;
  timeline_.note(worker_name(number_), " ends");
  process_.end();
  network_.close(number_);
}

void WorkerProcess::stand_still(Micros duration) {
  timeline_.note(worker_name(number_), " stands still for ", duration.count() / 1'000, " ms");
  process_.stand_still(duration);
  if (duration > Network::kPatience)
    timeline_.after(Network::kPatience, [this] {
      if (process_.stands_still()) network_.break_connection(number_);
    });
}

void WorkerProcess::leave() {
  process_.enter([this] {
    if (std::exchange(leaving_, true)) return;
    timeline_.note(worker_name(number_), " is told to leave");
    drain();
    holdings_changed();
    process_.later(kLeavePatience, [this] {
      if (!ended_ && !link_->serving()) carry_out(link_->finish(timeline_.now()));
    });
  });
}

void WorkerProcess::forget_one() {
  process_.enter([this] {
    if (held_.empty()) return;
    const Lease lease = held_.begin()->first;
    timeline_.note(worker_name(number_), " forgets ", text_of(lease));
    withdraw(lease);
    drop(lease);
  });
}

void WorkerProcess::connected() {
  process_.enter([this] { carry_out(link_->connected(timeline_.now())); });
}

void WorkerProcess::receive(const to_worker::Message& message) {
  process_.enter([this, message] { carry_out(link_->received(timeline_.now(), message)); });
}

void WorkerProcess::carry_out(daemon::LinkEffects effects) {
  for (daemon::LinkEffect& effect : effects) {
    if (std::get_if<daemon::OpenConnection>(&effect)) network_.open(number_);
    if (std::get_if<daemon::CloseConnection>(&effect)) network_.close(number_);
    if (auto* send = std::get_if<daemon::SendMessage>(&effect)) {
      const bool goodbye = std::holds_alternative<to_coordinator::Goodbye>(send->message);
      if (!network_.send_up(number_, std::move(send->message)) && !goodbye) {
        carry_out(link_->send_refused(timeline_.now()));
        break;
      }
    }
    if (std::get_if<daemon::Welcomed>(&effect)) on_welcome();
    if (const auto* deliver = std::get_if<daemon::Deliver>(&effect)) on_order(deliver->message);
    if (std::get_if<daemon::LinkEnded>(&effect)) {
      ended_ = true;
      return process_.later(Micros{0}, [this] { crash(); });
    }
  }
  arm();
}

void WorkerProcess::arm() {
  const std::uint64_t timer = ++timers_;
  const auto due = link_->next_tick();
  if (!due) return;
  process_.later(std::chrono::ceil<Micros>(*due - timeline_.now()), [this, timer] {
    if (timer != timers_) return;
    if (manners_.lies) lie();
    link_->has_free(memory_free_bytes());
    carry_out(link_->tick(timeline_.now()));
  });
}

bool WorkerProcess::tell(to_coordinator::Message message) {
  if (!link_->serving()) return false;
  carry_out(link_->report(timeline_.now(), std::move(message)));
  return link_->serving();
}

void WorkerProcess::on_welcome() {
  std::vector<Lease> leases;
  for (const auto& [lease, job] : held_) leases.push_back(lease);
  for (const Lease& lease : leases)
    if (const auto job = held_.find(lease); job != held_.end()) report(job->second);
}

void WorkerProcess::on_order(const to_worker::Message& order) {
  if (const auto* assign = std::get_if<to_worker::Assign>(&order)) take(*assign);
  if (const auto* cancelled = std::get_if<to_worker::Cancel>(&order)) cancel(cancelled->lease);
  if (const auto* ticket = std::get_if<to_worker::Ticket>(&order)) upload(*ticket);
  if (const auto* accepted = std::get_if<to_worker::Accepted>(&order)) drop(accepted->lease);
  if (std::get_if<to_worker::Drain>(&order)) drain();
  if (const auto* recall = std::get_if<to_worker::Recall>(&order)) give_back(recall->lease);
  if (std::get_if<to_worker::Resume>(&order)) resume();
}

WorkerProcess::Held* WorkerProcess::find(const Lease& lease, Phase phase) {
  const auto found = held_.find(lease);
  return found != held_.end() && found->second.phase == phase ? &found->second : nullptr;
}

void WorkerProcess::enter(Held& job, Phase phase, Stage stage) {
  job.phase = phase;
  job.running.stage = stage;
  job.running.step = job.running.steps = 0;
  ++job.repeat;
  holdings_changed();
}

void WorkerProcess::report(Held& job) {
  const Lease lease = job.running.lease;
  to_coordinator::SongReady song;
  song.lease = lease;
  song.size_bytes = 1;
  song.media_type = media_type_of(job.spec.format.container);
  song.duration = job.spec.duration;
  song.sample_rate_hz = job.spec.format.sample_rate_hz;
  song.channels = 2;
  song.model_name = job.spec.model.empty() ? machine_.models.front().name : job.spec.model;
  if (job.phase == Phase::kNeedsTicket) {
    tell(std::move(song));
    report_after(job, kAnswerTimeout);
  } else if (job.phase == Phase::kUploaded) {
    tell(to_coordinator::Uploaded{lease});
    report_after(job, kAnswerTimeout);
  } else if (job.phase == Phase::kFailed && tell(to_coordinator::Failed{lease, job.error})) {
    drop(lease);
  }
}

void WorkerProcess::report_after(Held& job, Micros wait) {
  process_.later(wait, [this, lease = job.running.lease, repeat = ++job.repeat] {
    const auto found = held_.find(lease);
    if (found != held_.end() && found->second.repeat == repeat) report(found->second);
  });
}

void WorkerProcess::give_up(Held& job, Error error) {
  job.error = std::move(error);
  job.phase = Phase::kFailed;
  ++job.repeat;
  report(job);
  holdings_changed();
}

void WorkerProcess::drop(const Lease& lease) {
  if (held_.erase(lease) > 0) holdings_changed();
}

void WorkerProcess::holdings_changed() {
  if (ended_) return;
  std::vector<RunningJob> running;
  bool unfinished = false;
  for (const auto& [lease, job] : held_) {
    running.push_back(job.running);
    unfinished = unfinished || job.phase != Phase::kFailed;
  }
  link_->has_free(memory_free_bytes());
  carry_out(link_->holds(timeline_.now(), std::move(running), draining_));
  if (leaving_ && !unfinished && !ended_) carry_out(link_->finish(timeline_.now()));
}

void WorkerProcess::lie() {
  if (seen_.empty()) return;
  const Lease lease = dice_.pick(seen_);
  to_coordinator::SongReady song;
  song.lease = lease;
  const std::vector<to_coordinator::Message> lies{
      to_coordinator::Heartbeat{{RunningJob{lease, Stage::kDenoising, static_cast<int>(dice_.draw(8)), 8}},
                                false},
      song, to_coordinator::Uploaded{lease},
      to_coordinator::Failed{lease, {ErrorCode::kOutOfMemory, "a lie"}}, to_coordinator::Returned{lease}};
  network_.send_up(number_, dice_.pick(lies));
}

}  // namespace musicfleet::simulation
