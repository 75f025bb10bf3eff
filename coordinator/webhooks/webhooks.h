// Webhooks as one object: the parts of this box, wired. Loop thread; the loop no longer runs when it is
// destroyed.
#pragma once

#include "coordinator/webhooks/desk.h"

namespace musicfleet::webhooks {

struct Options {
  TargetRules rules;
  TransferOptions transfer;
  CourierOptions courier;
};

class Webhooks {
 public:
  // All of them outlive the loop's run. `deliver` posts onto the loop.
  struct Parts {
    boost::asio::io_context& loop;
    const Clock& clock;
    store::StoreThread& store;
    backend::AuditLog& audit;
    store::Deliver deliver;
  };

  Webhooks(Parts parts, SealingKey key, Options options, CourierHooks hooks, const Log& log)
      : rules_(std::move(options.rules)),
        book_(key),
        sender_(rules_, std::move(options.transfer), std::move(parts.deliver)),
        courier_({parts.loop, parts.clock, parts.store, book_, sender_}, std::move(options.courier),
                 std::move(hooks), log),
        desk_({parts.clock, parts.store, parts.audit, book_, courier_, rules_}) {}

  // First: the endpoints that the store holds.
  void start(const std::vector<store::WebhookRow>& endpoints) {
    for (const store::WebhookRow& row : endpoints) book_.put(row);
    courier_.start();
  }

  // A change of this job is committed.
  void on_job(const Job& job) { courier_.on_job(job); }

  http::WebhookDesk& desk() { return desk_; }

 private:
  const TargetRules rules_;
  EndpointBook book_;
  Sender sender_;
  Courier courier_;
  Desk desk_;
};

}  // namespace musicfleet::webhooks
