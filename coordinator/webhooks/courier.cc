#include "coordinator/webhooks/courier.h"

#include "common/random.h"
#include "coordinator/webhooks/message.h"

#include <algorithm>

namespace musicfleet::webhooks {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// Nothing waits longer for its turn than this, should the wall clock be set.
constexpr milliseconds kLongestSleep = 60s;
// After the store refused.
constexpr milliseconds kStoreRest = 60s;
// Ended messages that are deleted at a look: bounds how long the store is held up.
constexpr int kForgottenAtOnce = 500;

std::string_view outcome_of(const store::WebhookAttempt& attempt) {
  return attempt.state == DeliveryState::kWaiting ? "retried" : name_of(attempt.state);
}

}  // namespace

Courier::Courier(CourierParts parts, CourierOptions options, CourierHooks hooks, Log log)
    : parts_(parts),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      log_(std::move(log)),
      plan_(options_.parallel),
      timer_(parts.loop),
      look_timer_(parts.loop) {}

void Courier::start() {
  for (const auto& [id, endpoint] : parts_.book.all()) on_endpoint(id);
  look();
}

void Courier::on_job(const Job& job) {
  const std::string_view event = webhook_event_of(job.state);
  if (event.empty()) return;
  bool told = false;
  for (const auto& [id, endpoint] : parts_.book.all()) {
    if (endpoint.webhook.tenant != job.tenant || !endpoint.wants(event)) continue;
    plan_.add(id, parts_.clock.wall_now());
    told = true;
  }
  if (told) pump();
}

void Courier::on_endpoint(const WebhookId& id) {
  const Endpoint* endpoint = parts_.book.find(id);
  if (!endpoint || !endpoint->webhook.enabled) return;
  plan_.rest(id, endpoint->webhook.rests_until);
  plan_.add(id, parts_.clock.wall_now());
  pump();
}

void Courier::on_endpoint_gone(const WebhookId& id) {
  plan_.forget(id);
  pump();
}

void Courier::pump() {
  while (const auto id = plan_.take(parts_.clock.wall_now())) begin(*id);
  set_timer();
}

void Courier::set_timer() {
  timer_.cancel();
  const auto next = plan_.next_turn();
  if (!next) return;
  timer_.expires_after(std::clamp<milliseconds>(*next - parts_.clock.wall_now(), 0ms, kLongestSleep));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) pump();
  });
}

void Courier::begin(const WebhookId& id) {
  parts_.store.post<std::optional<WebhookDelivery>>(
      [id](store::Writer& writer) { return writer.webhooks.head(id); },
      [this, id](Result<std::optional<WebhookDelivery>> head) {
        const WallTime now = parts_.clock.wall_now();
        const Endpoint* endpoint = parts_.book.find(id);
        if (!head)
          plan_.finish(id, now + kStoreRest);
        else if (!*head || !endpoint || !endpoint->webhook.enabled)
          plan_.finish(id, std::nullopt);
        else if (*(*head)->next_at > now)
          plan_.finish(id, (*head)->next_at);
        else
          return send(**head);
        pump();
      });
}

void Courier::send(const WebhookDelivery& delivery) {
  const Endpoint& endpoint = *parts_.book.find(delivery.endpoint);
  const WallTime now = parts_.clock.wall_now();
  const std::vector<Secret> secrets = endpoint.signers(now);
  if (secrets.empty())
    return on_answer(delivery,
                     {{}, {}, "its secret does not open with this coordinator's webhooks.key: rotate it"});
  std::string body = message_body(delivery, options_.public_url);
  auto headers = message_headers(delivery.id, body, secrets, now);
  parts_.sender.send({endpoint.webhook.url, std::move(headers), std::move(body)},
                     [this, delivery](const Answer& answer) { on_answer(delivery, answer); });
}

void Courier::on_answer(const WebhookDelivery& delivery, const Answer& answer) {
  Health health;
  if (const Endpoint* endpoint = parts_.book.find(delivery.endpoint))
    health = {endpoint->webhook.failures, endpoint->webhook.failing_since, endpoint->webhook.rests_until};
  const WallTime now = parts_.clock.wall_now();
  const Verdict verdict = judge(answer, delivery.attempts + 1, health, now, random_u64());
  const store::WebhookAttempt attempt{delivery.id,
                                      delivery.endpoint,
                                      *delivery.next_at,
                                      now,
                                      answer.status,
                                      verdict.problem,
                                      verdict.state,
                                      verdict.next_at,
                                      verdict.health.failures,
                                      verdict.health.failing_since,
                                      verdict.health.rests_until,
                                      verdict.disable_reason};
  parts_.store.post<std::optional<WallTime>>(
      [attempt](store::Writer& writer) { return writer.webhooks.record(attempt); },
      [this, delivery, attempt](Result<std::optional<WallTime>> next) {
        on_recorded(delivery, attempt, std::move(next));
      });
}

void Courier::on_recorded(const WebhookDelivery& delivery, const store::WebhookAttempt& attempt,
                          Result<std::optional<WallTime>> next) {
  const WebhookId& id = delivery.endpoint;
  if (!next) {
    log_.error("the outcome of a delivery is not stored; it will be sent again",
               {{"delivery", delivery.id}, {"webhook", id}, {"error", next.error().message}});
    plan_.finish(id, parts_.clock.wall_now() + kStoreRest);
    return pump();
  }
  tell(delivery, attempt);
  hooks_.attempted(outcome_of(attempt));
  if (Endpoint* endpoint = parts_.book.find(id)) {
    Webhook& webhook = endpoint->webhook;
    webhook.failures = attempt.failures;
    webhook.failing_since = attempt.failing_since;
    webhook.rests_until = attempt.rests_until;
    if (!attempt.disable_reason.empty()) {
      webhook.enabled = false;
      webhook.disabled_reason = attempt.disable_reason;
    }
    if (webhook.enabled)
      plan_.rest(id, attempt.rests_until);
    else
      plan_.forget(id);
  }
  plan_.finish(id, *next);
  pump();
}

// Neither URL nor body: both may hold what is not for the log.
void Courier::tell(const WebhookDelivery& delivery, const store::WebhookAttempt& attempt) const {
  if (attempt.state == DeliveryState::kDelivered)
    log_.info("delivered", {{"delivery", delivery.id},
                            {"webhook", delivery.endpoint},
                            {"job", delivery.job},
                            {"event", delivery.event},
                            {"attempt", delivery.attempts + 1}});
  else
    log_.warn("not delivered", {{"delivery", delivery.id},
                                {"webhook", delivery.endpoint},
                                {"job", delivery.job},
                                {"event", delivery.event},
                                {"attempt", delivery.attempts + 1},
                                {"problem", attempt.problem},
                                {"outcome", outcome_of(attempt)}});
  if (!attempt.disable_reason.empty())
    log_.error("webhook disabled", {{"webhook", delivery.endpoint}, {"reason", attempt.disable_reason}});
}

void Courier::look() {
  const WallTime now = parts_.clock.wall_now();
  parts_.store.post<store::WebhookBacklog>(
      [now](store::Writer& writer) -> Result<store::WebhookBacklog> {
        MF_TRY(writer.webhooks.forget_ended(now - kKept, kForgottenAtOnce));
        return writer.webhooks.backlog();
      },
      [this, now](const Result<store::WebhookBacklog>& backlog) {
        if (!backlog) return;
        const WallTime oldest = backlog->oldest.value_or(now);
        hooks_.looked(backlog->waiting, std::max<milliseconds>(0ms, now - oldest));
      });
  look_timer_.expires_after(kLookInterval);
  look_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) look();
  });
}

}  // namespace musicfleet::webhooks
