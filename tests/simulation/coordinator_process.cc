#include "tests/simulation/coordinator_process.h"

#include "coordinator/dispatch/planted_bug.h"
#include "tests/simulation/trace_text.h"

#include <algorithm>
#include <utility>

namespace musicfleet::simulation {

using dispatch::Bug;
using dispatch::planted;

CoordinatorProcess::CoordinatorProcess(Timeline& timeline, Dice dice, Network& network, Vendor& vendor,
                                       const Judges& judges, const dispatch::Settings& settings,
                                       const dispatch::Failover& failover)
    : timeline_(timeline),
      dice_(dice),
      judges_(judges),
      settings_(settings),
      failover_(failover),
      vendor_(vendor),
      process_(timeline),
      store_(timeline, Dice(dice.any(), 1), process_),
      door_(network) {
  door_.set_listener({[this](const WorkerId& worker, to_coordinator::Message message) {
                        apply(dispatch::WorkerSaid{worker, std::move(message)});
                      },
                      [this](const WorkerId& worker) { apply(dispatch::WorkerGone{worker}); }});
}

void CoordinatorProcess::start() {
  timeline_.note("the coordinator starts");
  process_.begin();
  dispatcher_ = std::make_unique<dispatch::Dispatcher>(settings_, dice_.any(), failover_);
  tickets_.emplace(timeline_);
  admissions_ = {};
  board_.clear();
  publishing_.clear();
  waiting_orders_.clear();
  ++lives_;
  timer_set_to_.reset();
  committing_ = 0;
  broken_ = false;
  for (const auto& [tenant, limits] : store_.tables().limits())
    apply(dispatch::LimitsChanged{tenant, limits});
  // Before dispatching knows anything: what an earlier life was buying has an unknown outcome.
  store_.give_up_purchases(timeline_.wall_now());
  const MoneyTables& money = store_.tables().money();
  dispatch::Restored restored{store_.tables().live(), store_.tables().drained(), money.unknown(),
                              money.spending()};
  for (const auto& row : restored.jobs) board_[row.job.id] = row.job;
  apply(std::move(restored));
  if (failover_.terms) tell_how_vendor_stands();
}

void CoordinatorProcess::crash() {
  if (!process_.up()) return;
  timeline_.note("the coordinator ends");
  process_.end();
  store_.lose_what_is_not_committed();
  door_.forget_connections();
  judges_.each([](Judge& judge) { judge.ends(); });
}

void CoordinatorProcess::stand_still(Micros duration) {
  timeline_.note("the coordinator stands still for ", duration.count() / 1'000, " ms");
  process_.stand_still(duration);
  judges_.each([&](Judge& judge) { judge.held_up(duration); });
}

void CoordinatorProcess::apply(dispatch::Event event, Task done) {
  if (broken_) return done();
  timeline_.note("event: ", text_of(event));
  judges_.each([&](Judge& judge) { judge.hears(*dispatcher_, event); });
  const dispatch::Instant now{std::chrono::floor<dispatch::Milliseconds>(timeline_.now()),
                              timeline_.wall_now()};
  const auto decisions = std::make_shared<dispatch::Decisions>(dispatcher_->apply(std::move(event), now));
  for (const Change& change : decisions->changes)
    if (const auto* line = std::get_if<HistoryEvent>(&change))
      timeline_.note("  ", line->job, ' ', line->kind, ' ', line->detail_json);
  judges_.each([&](Judge& judge) { judge.decided(*dispatcher_, *decisions); });
  set_timer();
  if (decisions->changes.empty() && committing_ == 0) {
    carry_out(*decisions);
    return done();
  }
  if (planted(Bug::kEffectsBeforeCommit)) carry_out(*decisions);
  if (planted(Bug::kBuyBeforeCommit))
    std::erase_if(decisions->effects, [&](const dispatch::Effect& effect) {
      const auto* order = std::get_if<dispatch::BuySong>(&effect);
      if (order) carry_out(*order);
      return order != nullptr;
    });
  ++committing_;
  store_.post(
      [this, decisions](Tables& tables) {
        Result<> stored = broken_ ? fail(ErrorCode::kUnavailable, "") : tables.apply(decisions->changes);
        if (stored) judges_.each([&](Judge& judge) { judge.committed(decisions->changes); });
        return stored;
      },
      [this, decisions, done = std::move(done)](const Result<>& committed) {
        --committing_;
        if (!committed && !std::exchange(broken_, true)) {
          timeline_.note("the store cannot commit: ", committed.error().message);
          if (committed.error().code == ErrorCode::kConflict)
            judges_.each([&](Judge& judge) { judge.refused(committed.error()); });
          process_.later(Micros{1'000}, [this] { crash(); });
        }
        if (!broken_ && !planted(Bug::kEffectsBeforeCommit)) carry_out(*decisions);
        done();
      });
}

void CoordinatorProcess::carry_out(const dispatch::Decisions& decisions) {
  for (const dispatch::Effect& effect : decisions.effects)
    std::visit([this](const auto& one) { carry_out(one); }, effect);
}

void CoordinatorProcess::carry_out(const dispatch::SendToWorker& effect) {
  timeline_.note("to ", effect.worker, ": ", text_of(effect.message));
  judges_.each([&](Judge& judge) { judge.leaves(effect.worker, effect.message); });
  if (door_.send(effect.worker, effect.message)) return;
  timeline_.note("  not sent");
  process_.later(Micros{0}, [this] { door_.flush_gone(); });
  if (std::holds_alternative<to_worker::Assign>(effect.message)) apply(dispatch::WorkerGone{effect.worker});
}

void CoordinatorProcess::carry_out(const dispatch::PublishJob& effect) {
  judges_.each([&](Judge& judge) { judge.leaves(effect.job); });
  board_[effect.job.id] = effect.job;
}

void CoordinatorProcess::carry_out(const dispatch::IssueTicket& effect) {
  const Lease& lease = effect.song.lease;
  const Job* job = dispatcher_->find(lease.job);
  if (!job || !dispatcher_->is_current(lease)) return;
  to_worker::Ticket ticket;
  ticket.lease = lease;
  ticket.method = "PUT";
  ticket.url = tickets_->issue(effect.worker, effect.song, job->spec.format.container);
  ticket.expires = backend::UploadTickets::kLifetime;
  carry_out(dispatch::SendToWorker{effect.worker, std::move(ticket)});
}

void CoordinatorProcess::carry_out(const dispatch::DiscardObject& effect) { remove_object(effect.object); }

void CoordinatorProcess::remove_object(const std::string& object) {
  judges_.each([&](Judge& judge) { judge.removes(object); });
  shelf_.remove(object);
}

void CoordinatorProcess::set_timer() {
  const auto next = dispatcher_->next_deadline();
  if (next == timer_set_to_) return;
  timer_set_to_ = next;
  const std::uint64_t timer = ++timers_;
  if (!next) return;
  using std::chrono::milliseconds;
  const auto wait = std::max(milliseconds{0}, std::chrono::floor<milliseconds>(*next - timeline_.now()));
  process_.later(wait + milliseconds{1}, [this, timer] {
    if (timer != timers_) return;
    timer_set_to_.reset();
    apply(dispatch::Tick{});
  });
}

void CoordinatorProcess::hear(int connection, std::size_t worker, to_coordinator::Message message) {
  process_.enter([this, connection, worker, message = std::move(message)] {
    door_.receive(connection, worker, message);
  });
}

}  // namespace musicfleet::simulation
