#include "coordinator/backend/pass_on_desk.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace musicfleet::backend {
namespace {

namespace asio = boost::asio;
using http::PassOnRefusal;
using http::VendorAnswer;
using providers::Bought;
using providers::PassedOnEnd;

// What a request and whoever waits for it share. The timer ends when the request has ended.
struct Asked {
  explicit Asked(asio::io_context& loop) : ended(loop, asio::steady_timer::time_point::max()) {}
  asio::steady_timer ended;
  PassedOnEnd end;
};

enum class Outcome { kAnswered, kRefused, kUnknown, kUnavailable };

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAnswered:
      return "answered";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kUnknown:
      return "unknown";
    case Outcome::kUnavailable:
      return "unavailable";
  }
  return {};
}

// Only what the vendor itself has said goes back to the client: a refused key is the operator's business, and
// the page of a gateway nobody's.
Outcome outcome_of(const providers::RequestEnd& request, bool may_cost) {
  const providers::Meaning meaning = meaning_of(request.exchange);
  if (meaning.bought == Bought::kBought) return Outcome::kAnswered;
  if (meaning.bought == Bought::kUnknown && may_cost) return Outcome::kUnknown;
  const int status = request.exchange.status;
  const bool said = request.exchange.vendor_form && request.exchange.whole_answer && status >= 400;
  return said && status != 401 && status != 402 ? Outcome::kRefused : Outcome::kUnavailable;
}

VendorAnswer answer_of(PassedOnEnd end) {
  VendorAnswer answer;
  answer.status = end.request.exchange.status;
  for (HttpHeader& header : end.headers)
    answer.headers.push_back({std::move(header.name), std::move(header.value)});
  answer.file = std::move(end.answer);
  answer.text = std::move(end.error_body);
  return answer;
}

}  // namespace

PassOnDesk::PassOnDesk(asio::io_context& loop, PassOnOptions options, TenantRefusal tenant_refusal,
                       PurchaseMetrics& metrics, Log log)
    : loop_(loop),
      options_(std::move(options)),
      tenant_refusal_(std::move(tenant_refusal)),
      metrics_(metrics),
      log_(std::move(log)),
      thread_(0) {}

std::optional<PassOnRefusal> PassOnDesk::refusal(VendorService service, const TenantId& tenant,
                                                 bool may_cost) const {
  if (!options_.services.contains(service)) return PassOnRefusal::kNotAllowed;
  if (const auto refused = tenant_refusal_(tenant, may_cost)) return refused;
  if (closed_) return PassOnRefusal::kClosed;
  if (under_way() >= kMostAtOnce) return PassOnRefusal::kTooMany;
  return std::nullopt;
}

http::Awaitable<std::optional<VendorAnswer>> PassOnDesk::pass_on(http::VendorRequest request) {
  const bool may_cost = request.method == "POST";
  const auto place = under_way_;
  const auto asked = std::make_shared<Asked>(loop_);
  const auto ended = [&loop = loop_, waits = std::weak_ptr(asked)](PassedOnEnd end) {
    asio::post(loop, [waits, end = std::move(end)]() mutable {
      const auto waiting = waits.lock();
      if (!waiting) return;
      waiting->end = std::move(end);
      waiting->ended.cancel();
    });
  };
  thread_.start(std::make_unique<providers::PassedOnRequest>(
      options_.target, options_.key,
      providers::PassedOnOrder{std::move(request.method), std::move(request.target),
                               std::move(request.content_type), std::move(request.body)},
      options_.folder, ended));
  co_await asked->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  const providers::RequestEnd& end = asked->end.request;
  const Outcome outcome = outcome_of(end, may_cost);
  metrics_.passed_on(request.service, name_of(outcome));
  log_.info("passed on", {{"service", musicfleet::name_of(request.service)},
                          {"tenant", request.tenant},
                          {"request", request.request_id},
                          {"outcome", name_of(outcome)},
                          {"status", end.exchange.status},
                          {"ms", end.took.count()},
                          {"song_id", end.vendor_song},
                          {"problem", end.problem}});
  if (outcome == Outcome::kUnknown) co_return std::optional<VendorAnswer>();
  if (outcome == Outcome::kUnavailable)
    co_return fail(ErrorCode::kUnavailable, "ElevenLabs, to which this is passed on, does not serve it now");
  co_return std::optional<VendorAnswer>(answer_of(std::move(asked->end)));
}

std::optional<PassOnRefusal> tenant_refusal(const dispatch::Dispatcher& dispatcher, const TenantId& tenant,
                                            bool may_cost, WallTime now) {
  if (dispatcher.limits_of(tenant).policy == RoutingPolicy::kFleetOnly) return PassOnRefusal::kNotAllowed;
  const auto left = dispatcher.budget_left(tenant, now);
  if (may_cost && left && left->value <= 0) return PassOnRefusal::kOverBudget;
  return std::nullopt;
}

}  // namespace musicfleet::backend
