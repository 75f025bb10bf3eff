#include "coordinator/webhooks/delivery_plan.h"

#include <algorithm>

namespace musicfleet::webhooks {

WallTime DeliveryPlan::turn_of(const Endpoint& endpoint) {
  return std::max(*endpoint.due, endpoint.rests_until.value_or(*endpoint.due));
}

void DeliveryPlan::line_up(const WebhookId& id) {
  const Endpoint& endpoint = endpoints_[id];
  if (endpoint.due && busy_.count(id) == 0) line_.emplace(turn_of(endpoint), id);
}

void DeliveryPlan::leave_line(const WebhookId& id, const Endpoint& endpoint) {
  if (endpoint.due) line_.erase({turn_of(endpoint), id});
}

void DeliveryPlan::add(const WebhookId& id, WallTime at) {
  Endpoint& endpoint = endpoints_[id];
  leave_line(id, endpoint);
  endpoint.due = std::min(at, endpoint.due.value_or(at));
  line_up(id);
}

void DeliveryPlan::rest(const WebhookId& id, std::optional<WallTime> until) {
  Endpoint& endpoint = endpoints_[id];
  leave_line(id, endpoint);
  endpoint.rests_until = until;
  line_up(id);
}

void DeliveryPlan::forget(const WebhookId& id) {
  const auto found = endpoints_.find(id);
  if (found == endpoints_.end()) return;
  leave_line(id, found->second);
  endpoints_.erase(found);
}

std::optional<WebhookId> DeliveryPlan::take(WallTime now) {
  if (busy_.size() >= parallel_ || line_.empty() || line_.begin()->first > now) return std::nullopt;
  const WebhookId id = line_.begin()->second;
  line_.erase(line_.begin());
  endpoints_[id].due.reset();
  busy_.insert(id);
  return id;
}

void DeliveryPlan::finish(const WebhookId& id, std::optional<WallTime> next) {
  busy_.erase(id);
  if (endpoints_.count(id) == 0) return;  // forgotten meanwhile
  if (next)
    add(id, *next);
  else
    line_up(id);  // for what was added meanwhile
}

std::optional<WallTime> DeliveryPlan::next_turn() const {
  if (busy_.size() >= parallel_ || line_.empty()) return std::nullopt;
  return line_.begin()->first;
}

}  // namespace musicfleet::webhooks
