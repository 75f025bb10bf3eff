// The coordinator's purchases: a model of backend/purchase_desk on the virtual clock. One request an order,
// after the commit of its intent; a song is published before dispatching hears of it.
#include "coordinator/dispatch/planted_bug.h"
#include "tests/simulation/coordinator_process.h"
#include "tests/simulation/trace_text.h"

#include <utility>

namespace musicfleet::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

void CoordinatorProcess::open_shop(bool open) {
  shop_is_open_ = open;
  process_.enter([this] { tell_how_vendor_stands(); });
}

void CoordinatorProcess::tell_how_vendor_stands() {
  dispatch::VendorStands stands;
  stands.enabled = true;
  stands.predicted = seconds(6);
  if (!shop_is_open_) stands.resting = "breaker open";
  apply(std::move(stands));
}

void CoordinatorProcess::settle(const Lease& lease, bool was_paid) {
  process_.enter([this, lease, was_paid] {
    const auto state = was_paid ? PurchaseState::kLost : PurchaseState::kNotBought;
    const PurchaseEnd end{lease, timeline_.wall_now(), state, {}, "an operator has asked"};
    store_.post([end](Tables& tables) { return tables.money().settle(end); },
                [this, lease, was_paid](const Result<>& stored) {
                  if (!stored) return;
                  const MoneyTables& money = tables().money();
                  dispatch::PurchaseSettled settled{lease};
                  if (!was_paid) settled.not_paid = money.purchases().at(lease).intent;
                  apply(std::move(settled));
                });
  });
}

void CoordinatorProcess::carry_out(const dispatch::BuySong& effect) {
  const PurchaseIntent intent = effect.intent;
  judges_.each([&](Judge& judge) { judge.orders(intent); });
  waiting_orders_[intent.lease] = intent;
  // Its turn with one of the keys comes by and by.
  const Micros queueing = dice_.between(Micros{0}, seconds(dice_.one_in(8) ? 20 : 2));
  process_.later(queueing, [this, lease = intent.lease, begin_by = effect.begin_by] {
    const auto found = waiting_orders_.find(lease);
    if (found == waiting_orders_.end()) return;
    const PurchaseIntent order = std::move(found->second);
    waiting_orders_.erase(found);
    if (std::chrono::floor<milliseconds>(timeline_.now()) > begin_by)
      return end_purchase(lease, PurchaseState::kNotBought, "its turn did not come");
    send_order(order);
  });
}

void CoordinatorProcess::send_order(const PurchaseIntent& intent) {
  // What arrives in another life of the process arrives nowhere.
  const int life = lives_;
  vendor_.order(intent, [this, intent, life](Vendor::Answer answer) {
    if (life != lives_ || !process_.up()) return;
    process_.enter([this, intent, life, answer] {
      if (life == lives_) take_answer(intent, answer);
    });
  });
}

void CoordinatorProcess::take_answer(const PurchaseIntent& intent, Vendor::Answer answer) {
  const Lease& lease = intent.lease;
  if (answer == Vendor::Answer::kRefusal)
    return end_purchase(lease, PurchaseState::kNotBought, "ElevenLabs refused");
  if (answer == Vendor::Answer::kSilence)
    return end_purchase(lease, PurchaseState::kUnknown, "the connection broke after the order had left");
  // The song is on the disk before it is told of.
  process_.later(dice_.between(milliseconds(1), milliseconds(50)), [this, intent] {
    dispatch::PurchaseEnded ended;
    ended.end = {intent.lease, timeline_.wall_now(), PurchaseState::kBought, "song", ""};
    ended.audio.emplace();
    ended.audio->object = concat(text_of(intent.lease), ".bought");
    ended.audio->duration = intent.song;
    ended.audio->model = intent.model;
    shelf_.publish(ended.audio->object, intent.lease);
    apply(std::move(ended));
  });
}

void CoordinatorProcess::end_purchase(const Lease& lease, PurchaseState state, const std::string& reason) {
  dispatch::PurchaseEnded ended;
  ended.end = {lease, timeline_.wall_now(), state, {}, reason};
  ended.why = Error{ErrorCode::kUnavailable, reason};
  apply(std::move(ended));
}

void CoordinatorProcess::carry_out(const dispatch::WithdrawPurchase& effect) {
  // The timer of its turn finds nothing; what has left is waited for.
  if (waiting_orders_.erase(effect.lease) == 0) return;
  process_.later(Micros{0}, [this, lease = effect.lease] {
    end_purchase(lease, PurchaseState::kNotBought, "no longer wanted");
  });
}

}  // namespace musicfleet::simulation
