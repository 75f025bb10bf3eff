#include "coordinator/backend/dispatch_loop.h"

#include "common/random.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace musicfleet::backend {
namespace {

std::chrono::milliseconds until(SteadyTime time, const Clock& clock) {
  return std::chrono::floor<std::chrono::milliseconds>(time - clock.now());
}

}  // namespace

DispatchLoop::DispatchLoop(DispatchParts parts, const dispatch::Settings& settings, std::string public_url,
                           DispatchHooks hooks, Log log, const dispatch::Failover& failover)
    : parts_(parts),
      public_url_(std::move(public_url)),
      hooks_(std::move(hooks)),
      log_(std::move(log)),
      dispatcher_(settings, random_u64(), failover),
      timer_(parts.loop) {}

void DispatchLoop::restore(std::vector<store::LiveJobRow> jobs, std::set<WorkerId> drained,
                           RestoredMoney money) {
  dispatch::Restored restored;
  restored.drained = std::move(drained);
  restored.unknown_purchases = std::move(money.unknown_purchases);
  restored.spending = std::move(money.spending);
  for (store::LiveJobRow& row : jobs) {
    parts_.board.put(row.job);
    restored.jobs.push_back({std::move(row.job), std::move(row.failed_on)});
  }
  log_.info("jobs restored", {{"jobs", restored.jobs.size()}});
  apply(std::move(restored));
}

void DispatchLoop::apply(dispatch::Event event) {
  apply(std::move(event), [] {});
}

boost::asio::awaitable<void> DispatchLoop::applied(dispatch::Event event) {
  auto initiate = [this, &event](auto handler) {
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    apply(std::move(event),
          [this, shared] { boost::asio::post(parts_.loop, [shared] { std::move (*shared)(); }); });
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      initiate, boost::asio::use_awaitable);
}

void DispatchLoop::apply(dispatch::Event event, Done done) {
  if (broken_) return done();
  const dispatch::Instant now{std::chrono::floor<dispatch::Milliseconds>(parts_.clock.now()),
                              parts_.clock.wall_now()};
  dispatch::Decisions decisions = dispatcher_.apply(std::move(event), now);
  set_timer();
  // Nothing to write, and nothing before it that is still being written: the effects may go.
  if (decisions.changes.empty() && committing_ == 0) {
    carry_out(std::move(decisions));
    return done();
  }
  ++committing_;
  const auto shared = std::make_shared<dispatch::Decisions>(std::move(decisions));
  parts_.store.post<void>([shared](store::Writer& writer) { return writer.jobs.apply(shared->changes); },
                          [this, shared, done = std::move(done)](Result<> committed) {
                            --committing_;
                            if (!committed && !std::exchange(broken_, true)) {
                              log_.error("the store cannot commit", {{"error", committed.error().message}});
                              hooks_.give_up(committed.error());
                            }
                            if (!broken_) carry_out(std::move(*shared));
                            done();
                          },
                          store::Order::kChained);
}

void DispatchLoop::carry_out(dispatch::Decisions decisions) {
  for (const Change& change : decisions.changes) tell(change);
  for (dispatch::Effect& effect : decisions.effects)
    std::visit([this](auto& one) { carry_out(one); }, effect);
}

void DispatchLoop::tell(const Change& change) {
  if (const auto* line = std::get_if<HistoryEvent>(&change))
    log_.info("job", {{"job", line->job}, {"event", line->kind}, {"detail", line->detail_json}});
  if (const auto* ended = std::get_if<AttemptEnded>(&change))
    parts_.metrics.lease_ended(name_of(ended->outcome));
  if (const auto* updated = std::get_if<JobUpdated>(&change)) hooks_.job_changed(updated->job);
}

void DispatchLoop::carry_out(const dispatch::SendToWorker& effect) {
  const Result<> sent = parts_.fleet.send(effect.worker, effect.message);
  if (sent) return;
  log_.warn("message not sent", {{"worker", effect.worker}, {"error", sent.error().message}});
  // A job that was never handed over must not wait for its lease to run out.
  if (std::holds_alternative<to_worker::Assign>(effect.message)) apply(dispatch::WorkerGone{effect.worker});
}

void DispatchLoop::carry_out(dispatch::PublishJob& effect) {
  if (is_final(effect.job.state)) parts_.metrics.job_finished(effect.job);
  parts_.board.put(std::move(effect.job));
}

void DispatchLoop::carry_out(const dispatch::IssueTicket& effect) {
  const Job* job = dispatcher_.find(effect.song.lease.job);
  if (!job || !dispatcher_.is_current(effect.song.lease))
    return;  // lost while other decisions were committed
  const AudioContainer container = job->spec.format.container;
  const std::string token = parts_.tickets.issue(effect.worker, effect.song, container);
  to_worker::Ticket ticket;
  ticket.lease = effect.song.lease;
  ticket.method = "PUT";
  ticket.url = concat(public_url_, "/v1/uploads/", token);
  ticket.headers = {{"Content-Type", std::string(media_type_of(container))}};
  ticket.expires = UploadTickets::kLifetime;
  carry_out(dispatch::SendToWorker{effect.worker, std::move(ticket)});
}

void DispatchLoop::carry_out(const dispatch::DiscardObject& effect) { hooks_.discard_object(effect.object); }

void DispatchLoop::carry_out(const dispatch::BuySong& effect) {
  if (hooks_.buy_song) return hooks_.buy_song(effect);
  dispatch::PurchaseEnded ended;
  ended.end = {
      effect.intent.lease, parts_.clock.wall_now(), PurchaseState::kNotBought, {}, "nobody sells songs"};
  ended.why = Error{ErrorCode::kUnavailable, ended.end.reason};
  ended.job_cannot = true;
  apply(std::move(ended));
}

void DispatchLoop::carry_out(const dispatch::WithdrawPurchase& effect) {
  if (hooks_.withdraw_purchase) hooks_.withdraw_purchase(effect.lease);
}

void DispatchLoop::carry_out(const dispatch::BudgetWarning& effect) {
  const ledger::BudgetLine& line = effect.line;
  log_.warn("budget", {{"tenant", line.tenant.empty() ? "everybody" : line.tenant.value},
                       {"period", name_of(line.period)},
                       {"limit", to_text(line.limit)},
                       {"spent", to_text(line.spent)}});
  hooks_.budget_warning(line);
}

void DispatchLoop::set_timer() {
  const auto next = dispatcher_.next_deadline();
  if (next == timer_set_to_) return;
  timer_set_to_ = next;
  timer_.cancel();
  if (!next) return;
  timer_.expires_after(std::max(std::chrono::milliseconds{0}, until(*next, parts_.clock)) +
                       std::chrono::milliseconds{1});
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    timer_set_to_.reset();
    apply(dispatch::Tick{});
  });
}

void DispatchLoop::on_message(const WorkerId& worker, to_coordinator::Message message) {
  apply(dispatch::WorkerSaid{worker, std::move(message)});
}

void DispatchLoop::on_gone(const WorkerId& worker, fleet::Gone why) {
  log_.warn("worker gone", {{"worker", worker}, {"why", name_of(why)}});
  parts_.metrics.worker_gone(name_of(why));
  apply(dispatch::WorkerGone{worker});
}

}  // namespace musicfleet::backend
