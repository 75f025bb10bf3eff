#include "tests/simulation/nemesis.h"

#include <utility>

namespace musicfleet::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::vector<RoutingPolicy> kPolicies{RoutingPolicy::kFleetOnly, RoutingPolicy::kVendorFirst,
                                           RoutingPolicy::kVendorOnly, RoutingPolicy::kShadow};

}  // namespace

Nemesis::Nemesis(Timeline& timeline, Dice dice, Victims victims)
    : timeline_(timeline), dice_(dice), victims_(std::move(victims)) {}

void Nemesis::begin() {
  struct Kind {
    Strike strike;
    Micros least, most;  // between two strikes
  };
  const std::vector<Kind> kinds{{&Nemesis::cut_both_ways, seconds(5), seconds(40)},
                                {&Nemesis::cut_one_way, seconds(5), seconds(40)},
                                {&Nemesis::kill_worker, seconds(5), seconds(40)},
                                {&Nemesis::freeze_worker, seconds(5), seconds(40)},
                                {&Nemesis::hang_worker, seconds(10), seconds(60)},
                                {&Nemesis::slow_worker, seconds(5), seconds(40)},
                                {&Nemesis::make_forget, seconds(5), seconds(30)},
                                {&Nemesis::share_memory, seconds(5), seconds(30)},
                                {&Nemesis::dismiss_worker, seconds(10), seconds(60)},
                                {&Nemesis::revoke_worker, seconds(20), seconds(90)},
                                {&Nemesis::kill_coordinator, seconds(3), seconds(60)},
                                {&Nemesis::freeze_coordinator, seconds(10), seconds(60)},
                                {&Nemesis::fill_disk, seconds(20), seconds(90)},
                                {&Nemesis::slow_disk, seconds(10), seconds(60)},
                                {&Nemesis::set_clock, seconds(10), seconds(90)},
                                {&Nemesis::requeue_failed, seconds(2), seconds(15)},
                                {&Nemesis::order_drain, seconds(3), seconds(30)},
                                {&Nemesis::change_limits, seconds(2), seconds(20)},
                                {&Nemesis::close_shop, seconds(5), seconds(40)},
                                {&Nemesis::settle_unknown, seconds(5), seconds(40)}};
  for (const Kind& kind : kinds)
    if (dice_.one_in(3)) strike_now_and_then(kind.strike, kind.least, kind.most);
  draw_lasting_troubles();
}

void Nemesis::draw_lasting_troubles() {
  NetworkTroubles troubles;
  if (dice_.one_in(3)) troubles.latency_most = dice_.between(milliseconds(10), milliseconds(800));
  if (dice_.one_in(3)) troubles.lose_one_in = 10 + dice_.draw(200);
  if (dice_.one_in(3)) troubles.repeat_one_in = 5 + dice_.draw(100);
  victims_.network.set_troubles(troubles);
  if (dice_.one_in(2)) victims_.customers.lose_answers(3 + dice_.draw(20));
  VendorManners& vendor = victims_.vendor.manners();
  if (dice_.one_in(3)) vendor.longest = dice_.between(seconds(1), seconds(40));
  if (dice_.one_in(3)) vendor.refuses_one_in = 1 + dice_.draw(6);
  if (dice_.one_in(3)) vendor.loses_answer_one_in = 1 + dice_.draw(6);
  if (dice_.one_in(3)) vendor.loses_order_one_in = 1 + dice_.draw(6);
  for (auto& worker : victims_.workers) {
    Manners& manners = worker->manners();
    if (dice_.one_in(4)) manners.out_of_memory_one_in = 1 + dice_.draw(6);
    if (dice_.one_in(6)) manners.encoder_fails_one_in = 2 + dice_.draw(6);
    if (dice_.one_in(4)) manners.upload_breaks_one_in = 2 + dice_.draw(6);
    if (dice_.one_in(6)) manners.ignores_cancel_one_in = 1 + dice_.draw(4);
    manners.lies = dice_.one_in(12);
  }
}

void Nemesis::call_off() {
  over_ = true;
  timeline_.note("---- all trouble ends ----");
  victims_.network.set_troubles({});
  victims_.network.unblock_all();
  victims_.customers.lose_answers(0);
  victims_.vendor.manners() = {};
  victims_.coordinator.open_shop(true);
  victims_.coordinator.store().set_fsync(Micros{200}, Micros{2'000});
  end_drains();
  open_fleet_to_all();
  for (std::size_t i = 0; i < victims_.workers.size(); ++i) {
    WorkerProcess& worker = *victims_.workers[i];
    const bool hung = worker.manners().hangs;
    worker.manners() = {};
    victims_.coordinator.allow(worker_name(i));
    if (hung) worker.crash();
  }
}

void Nemesis::strike_now_and_then(Strike strike, Micros least, Micros most) {
  timeline_.after(dice_.between(Micros{0}, most), [this, strike, least, most] {
    if (over_) return;
    (this->*strike)();
    timeline_.after(least, [this, strike, least, most] { strike_now_and_then(strike, least, most); });
  });
}

Micros Nemesis::a_while() {
  return dice_.one_in(2) ? dice_.between(milliseconds(50), seconds(4))
                         : dice_.between(seconds(4), seconds(40));
}

void Nemesis::cut_both_ways() {
  const std::size_t worker = dice_.draw(victims_.workers.size());
  timeline_.note("the network to ", worker_name(worker), " is cut");
  victims_.network.block(worker, true, true, a_while());
}

void Nemesis::cut_one_way() {
  const std::size_t worker = dice_.draw(victims_.workers.size());
  const bool up = dice_.one_in(2);
  timeline_.note("the network ", up ? "from " : "to ", worker_name(worker), " is cut one way");
  victims_.network.block(worker, up, !up, a_while());
}

void Nemesis::kill_worker() { any_worker().crash(); }
void Nemesis::freeze_worker() { any_worker().stand_still(a_while()); }
void Nemesis::hang_worker() { any_worker().manners().hangs = true; }
void Nemesis::slow_worker() { any_worker().manners().slowness = static_cast<double>(1 + dice_.draw(20)); }
void Nemesis::make_forget() { any_worker().forget_one(); }

void Nemesis::share_memory() {
  Manners& manners = any_worker().manners();
  manners.shares_memory = !manners.shares_memory;
}

void Nemesis::dismiss_worker() { any_worker().leave(); }

void Nemesis::revoke_worker() {
  // An operator whose call is not answered sees that.
  if (!victims_.coordinator.dispatcher()) return;
  const WorkerId worker = worker_name(dice_.draw(victims_.workers.size()));
  victims_.coordinator.revoke(worker);
  timeline_.after(a_while(), [this, worker] { victims_.coordinator.allow(worker); });
}

void Nemesis::kill_coordinator() { victims_.coordinator.crash(); }

void Nemesis::freeze_coordinator() {
  const Micros duration = a_while();
  victims_.coordinator.stand_still(duration);
  if (duration <= Network::kPatience) return;
  for (std::size_t i = 0; i < victims_.workers.size(); ++i)
    timeline_.after(Network::kPatience, [this, i] {
      if (!victims_.coordinator.dispatcher()) victims_.network.break_connection(i);
    });
}

void Nemesis::fill_disk() { victims_.coordinator.store().fail_next_commit(); }

void Nemesis::slow_disk() {
  const Micros most = dice_.between(milliseconds(5), seconds(2));
  timeline_.note("an fsync takes up to ", most.count() / 1'000, " ms");
  victims_.coordinator.store().set_fsync(Micros{500}, most);
}

void Nemesis::set_clock() {
  const milliseconds by(static_cast<std::int64_t>(dice_.draw(7'200'000)) - 3'600'000);
  timeline_.note("the clock is set by ", by.count(), " ms");
  timeline_.shift_wall(by);
  victims_.clock_was_set();
}

void Nemesis::requeue_failed() {
  std::vector<JobId> failed;
  for (const auto& [id, stored] : victims_.coordinator.tables().jobs())
    if (stored.job.state == JobState::kFailed) failed.push_back(id);
  if (failed.empty()) return;
  const JobId& id = dice_.pick(failed);
  timeline_.note("an operator requeues ", id);
  victims_.coordinator.requeue(id);
}

void Nemesis::order_drain() {
  victims_.coordinator.order_drain(worker_name(dice_.draw(victims_.workers.size())), !dice_.one_in(3));
}

void Nemesis::end_drains() {
  const std::set<WorkerId>& drained = victims_.coordinator.tables().drained();
  if (drained.empty()) return;
  for (const WorkerId& worker : drained) victims_.coordinator.order_drain(worker, false);
  timeline_.after(seconds(2), [this] { end_drains(); });
}

void Nemesis::open_fleet_to_all() {
  bool all_may = true;
  for (const auto& [tenant, limits] : victims_.coordinator.tables().limits()) {
    if (limits.policy != RoutingPolicy::kVendorOnly) continue;
    all_may = false;
    TenantLimits changed = limits;
    changed.policy = RoutingPolicy::kFleetFirst;
    victims_.coordinator.set_limits(tenant, changed);
  }
  if (!all_may) timeline_.after(seconds(2), [this] { open_fleet_to_all(); });
}

void Nemesis::change_limits() {
  TenantLimits limits;
  limits.weight = static_cast<int>(1 + dice_.draw(5));
  if (!dice_.one_in(3)) limits.max_running = static_cast<std::int64_t>(1 + dice_.draw(4));
  if (!dice_.one_in(3)) limits.max_queued = static_cast<std::int64_t>(1 + dice_.draw(8));
  if (dice_.one_in(2)) limits.policy = dice_.pick(kPolicies);
  limits.buys_again = dice_.one_in(4);
  if (dice_.one_in(3)) limits.spend_cents_per_day = static_cast<std::int64_t>(dice_.draw(400));
  if (dice_.one_in(3)) limits.spend_cents_per_month = static_cast<std::int64_t>(dice_.draw(400));
  victims_.coordinator.set_limits(Customers::tenant(dice_.draw(Customers::kTenants)), limits);
}

void Nemesis::close_shop() {
  victims_.coordinator.open_shop(false);
  timeline_.after(a_while(), [this] { victims_.coordinator.open_shop(true); });
}

void Nemesis::settle_unknown() {
  for (const auto& [lease, purchase] : victims_.coordinator.tables().money().purchases())
    if (purchase.state == PurchaseState::kUnknown && !victims_.vendor.is_at(lease) && dice_.one_in(2))
      return victims_.coordinator.settle(lease, victims_.vendor.paid().contains(lease));
}

}  // namespace musicfleet::simulation
