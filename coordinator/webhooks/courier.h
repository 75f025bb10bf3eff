// Delivers what the store's outbox holds: takes the message whose turn it is, has it sent, commits what came
// of it, goes on with the next. Keeps no message in memory but those under way; one whose outcome was not
// committed before the process ended is sent again under the same id. Loop thread; the loop no longer runs
// when this is destroyed.
#pragma once

#include "common/clock.h"
#include "common/log.h"
#include "coordinator/store/store_thread.h"
#include "coordinator/webhooks/delivery_plan.h"
#include "coordinator/webhooks/endpoint_book.h"
#include "coordinator/webhooks/sender.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace musicfleet::webhooks {

// What it works with; all of it outlives the loop's run.
struct CourierParts {
  boost::asio::io_context& loop;
  const Clock& clock;
  store::StoreThread& store;
  EndpointBook& book;
  Sender& sender;
};

struct CourierOptions {
  std::string public_url;     // before the path of a song, without a slash at its end
  std::size_t parallel = 16;  // endpoints that are sent to at the same time
};

struct CourierHooks {
  // "delivered", "retried", "failed": what became of an attempt.
  std::function<void(std::string_view outcome)> attempted = [](std::string_view) {};
  // How many messages wait, and for how long the oldest one has.
  std::function<void(std::int64_t waiting, std::chrono::milliseconds oldest)> looked = [](auto, auto) {};
};

class Courier {
 public:
  // Messages that ended are kept so long for whoever asks what was sent.
  static constexpr std::chrono::hours kKept{7 * 24};
  static constexpr std::chrono::seconds kLookInterval{15};

  Courier(CourierParts parts, CourierOptions options, CourierHooks hooks, Log log);

  // First: whatever the store has for the endpoints of the book.
  void start();
  // A change of this job is committed.
  void on_job(const Job& job);
  // The endpoint is new, was enabled, or has something to send again.
  void on_endpoint(const WebhookId& id);
  // It was disabled or removed.
  void on_endpoint_gone(const WebhookId& id);

 private:
  void pump();
  void set_timer();
  void begin(const WebhookId& id);
  void send(const WebhookDelivery& delivery);
  void on_answer(const WebhookDelivery& delivery, const Answer& answer);
  void on_recorded(const WebhookDelivery& delivery, const store::WebhookAttempt& attempt,
                   Result<std::optional<WallTime>> next);
  void tell(const WebhookDelivery& delivery, const store::WebhookAttempt& attempt) const;
  void look();

  CourierParts parts_;
  const CourierOptions options_;
  CourierHooks hooks_;
  Log log_;
  DeliveryPlan plan_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer look_timer_;
};

}  // namespace musicfleet::webhooks
