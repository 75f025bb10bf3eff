#include "coordinator/providers/vendor_queue.h"

#include <algorithm>

namespace musicfleet::providers {
namespace {

// The weight of the latest song in what is taken for typical.
constexpr int kMemory = 8;

}  // namespace

VendorQueue::VendorQueue(const QueueSettings& settings, std::size_t keys, std::uint64_t random_state)
    : settings_(settings),
      random_state_(random_state),
      keys_(keys, KeyLimiter(settings.at_once)),
      breaker_(settings.breaker, next_random(random_state_)),
      typical_song_(settings.typical_song) {}

bool VendorQueue::add(OrderNumber order, SteadyTime begin_by) {
  if (static_cast<int>(waiting_.size()) >= settings_.most_waiting) return false;
  waiting_.push_back({order, begin_by, {}, 0});
  return true;
}

// The one with the most room, so that no key is worn out while another rests.
std::optional<std::size_t> VendorQueue::key_with_room(SteadyTime now) const {
  std::optional<std::size_t> best;
  const auto room = [&](std::size_t key) { return keys_[key].at_once() - keys_[key].running(); };
  for (std::size_t key = 0; key < keys_.size(); ++key)
    if (keys_[key].has_room(now) && (!best || room(key) > room(*best))) best = key;
  return best;
}

std::optional<VendorQueue::Start> VendorQueue::take(SteadyTime now) {
  if (!breaker_.admits(now)) return std::nullopt;
  const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& order) {
    return order.not_before <= now && now < order.begin_by;
  });
  const auto key = key_with_room(now);
  if (next == waiting_.end() || !key) return std::nullopt;
  Waiting order = *next;
  waiting_.erase(next);
  ++order.tries;
  keys_[*key].begin();
  under_way_.emplace(order.order, UnderWay{order, *key, breaker_.enter(now), false});
  return Start{order.order, *key, order.tries};
}

void VendorQueue::tell_breaker(const UnderWay& ended, Trouble trouble, SteadyTime now) {
  if (trouble == Trouble::kServer)
    breaker_.failed(ended.pass, now);
  else if (trouble == Trouble::kOurs)
    breaker_.withdrawn(ended.pass);
  else
    breaker_.succeeded(ended.pass);  // it answers, be it with a refusal
}

Milliseconds VendorQueue::rest_after(const Outcome& outcome, int times) {
  if (outcome.retry_after) return std::clamp(*outcome.retry_after, Milliseconds(0), settings_.longest_rest);
  return settings_.retry.delay(times, next_random(random_state_));
}

void VendorQueue::tell_key(KeyLimiter& key, const Outcome& outcome, SteadyTime now) {
  key.end();
  key.learn(outcome.most_at_once);
  if (outcome.meaning.bought == Bought::kBought) key.went_through();
  if (outcome.meaning.trouble == Trouble::kBusy)
    key.was_too_many(now, rest_after(outcome, key.too_many_in_a_row() + 1));
  if (outcome.meaning.trouble == Trouble::kKey) key.refuse(now, settings_.refused_key_rest);
}

// Busy is no failure of the order: it may wait for as long as it has time.
bool VendorQueue::may_follow(const Waiting& order, const Outcome& outcome, SteadyTime now) const {
  if (outcome.meaning.bought != Bought::kNotBought || now >= order.begin_by) return false;
  switch (outcome.meaning.trouble) {
    case Trouble::kBusy:
      return true;
    case Trouble::kServer:
      return order.tries < settings_.most_tries;
    case Trouble::kKey:
      return std::any_of(keys_.begin(), keys_.end(),
                         [&](const KeyLimiter& key) { return !key.refused(now); });
    case Trouble::kNone:
    case Trouble::kRequest:
    case Trouble::kOurs:
      return false;
  }
  return false;
}

bool VendorQueue::finish(OrderNumber order, const Outcome& outcome, SteadyTime now) {
  const auto found = under_way_.find(order);
  if (found == under_way_.end()) return false;
  const UnderWay ended = found->second;
  under_way_.erase(found);
  tell_breaker(ended, outcome.meaning.trouble, now);
  tell_key(keys_[ended.key], outcome, now);
  if (outcome.meaning.bought == Bought::kBought) typical_song_ += (outcome.took - typical_song_) / kMemory;
  if (ended.unwanted || !may_follow(ended.order, outcome, now)) return false;
  Waiting again = ended.order;
  if (outcome.meaning.trouble == Trouble::kServer) again.not_before = now + rest_after(outcome, again.tries);
  waiting_.push_front(again);  // it has waited for longest
  return true;
}

std::vector<OrderNumber> VendorQueue::give_up(SteadyTime now) {
  std::vector<OrderNumber> gone;
  for (auto order = waiting_.begin(); order != waiting_.end();) {
    if (now < order->begin_by) {
      ++order;
      continue;
    }
    gone.push_back(order->order);
    order = waiting_.erase(order);
  }
  return gone;
}

bool VendorQueue::withdraw(OrderNumber order) {
  if (const auto leaves = under_way_.find(order); leaves != under_way_.end()) {
    leaves->second.unwanted = true;
    return false;
  }
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& waiting) { return waiting.order == order; });
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  return true;
}

std::optional<SteadyTime> VendorQueue::next_turn(SteadyTime now) const {
  std::optional<SteadyTime> next;
  const auto consider = [&](SteadyTime time) {
    if (time > now && (!next || time < *next)) next = time;
  };
  if (waiting_.empty()) return next;
  for (const Waiting& order : waiting_) {
    consider(order.begin_by);
    consider(order.not_before);
  }
  for (const KeyLimiter& key : keys_) consider(key.rests_until());
  if (const auto opens = breaker_.opens_at()) consider(*opens);
  return next;
}

VendorState VendorQueue::state(SteadyTime now) const {
  VendorState state;
  state.breaker = breaker_.state(now);
  Milliseconds rest = Milliseconds::max();     // until the first key may be used
  Milliseconds refused = Milliseconds::max();  // until the first one that is refused may be tried
  for (const KeyLimiter& key : keys_) {
    const Milliseconds left = std::max(key.rests_until() - now, Milliseconds(0));
    if (key.refused(now)) {
      refused = std::min(refused, left);
      continue;
    }
    ++state.keys;
    state.slots += key.at_once();
    rest = std::min(rest, left);
  }
  if (state.keys == 0) state.again = refused;
  if (state.breaker == CircuitBreaker::State::kOpen)
    state.again = std::max(state.again.value_or(Milliseconds(0)), *breaker_.opens_at() - now);
  if (state.breaker == CircuitBreaker::State::kHalfOpen) state.slots = std::min(state.slots, 1);
  state.under_way = static_cast<int>(under_way_.size());
  state.waiting = static_cast<int>(waiting_.size());
  state.full = state.waiting >= settings_.most_waiting;
  state.typical_song = typical_song_;
  if (state.slots == 0) return state;
  const int rounds = (state.under_way + state.waiting) / state.slots + 1;
  state.predicted = rest + rounds * typical_song_;
  return state;
}

}  // namespace musicfleet::providers
