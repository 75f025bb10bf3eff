// Whose turn it is: which endpoint sends its next message, and when. One message at a time an endpoint and a
// bounded number of endpoints at once; whoever has been due for longest comes first, so that an endpoint that
// is slow, dead or flooded takes nothing from the others. The messages themselves stay in the store. Pure,
// one thread.
#pragma once

#include "coordinator/webhook.h"

#include <cstddef>
#include <map>
#include <set>

namespace musicfleet::webhooks {

class DeliveryPlan {
 public:
  explicit DeliveryPlan(std::size_t parallel) : parallel_(parallel) {}

  // A message of the endpoint is due at `at`; it may have earlier ones.
  void add(const WebhookId& id, WallTime at);
  // The endpoint sends nothing before `until`; unset: it does.
  void rest(const WebhookId& id, std::optional<WallTime> until);
  // Whatever it had planned; what is under way ends with finish() as ever.
  void forget(const WebhookId& id);

  // The endpoint whose turn it is, busy until finish(); nothing where none is due or enough are busy.
  std::optional<WebhookId> take(WallTime now);
  // What take() gave is done; `next` is when its next message is due, as far as the store knew.
  void finish(const WebhookId& id, std::optional<WallTime> next);

  // When take() has something to give; unset where only finish() or add() can change that.
  std::optional<WallTime> next_turn() const;
  std::size_t busy() const { return busy_.size(); }

 private:
  struct Endpoint {
    std::optional<WallTime> due;
    std::optional<WallTime> rests_until;
  };

  void line_up(const WebhookId& id);
  void leave_line(const WebhookId& id, const Endpoint& endpoint);
  static WallTime turn_of(const Endpoint& endpoint);

  const std::size_t parallel_;
  std::map<WebhookId, Endpoint> endpoints_;
  std::set<std::pair<WallTime, WebhookId>> line_;  // those that are due some time and not busy
  std::set<WebhookId> busy_;
};

}  // namespace musicfleet::webhooks
