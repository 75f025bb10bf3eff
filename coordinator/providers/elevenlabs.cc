#include "coordinator/providers/elevenlabs.h"

#include <boost/asio/post.hpp>

namespace musicfleet::providers {

ElevenLabs::ElevenLabs(boost::asio::io_context& loop, const Clock& clock, ElevenLabsOptions options,
                       std::vector<std::string> keys, Log log)
    : loop_(loop),
      clock_(clock),
      options_(std::move(options)),
      keys_(std::move(keys)),
      log_(std::move(log)),
      queue_(options_.queue, keys_.size(), options_.random_state),
      timer_(loop),
      thread_(0) {}

ElevenLabs::~ElevenLabs() = default;

OrderNumber ElevenLabs::buy(SongOrder order, std::filesystem::path file, Milliseconds begin_by, Done done) {
  const OrderNumber number = ++last_number_;
  orders_.emplace(number, Order{std::move(order), std::move(file), std::move(done), 0, {}});
  if (!queue_.add(number, now() + begin_by)) {
    PurchaseResult refused;
    refused.trouble = Trouble::kBusy;
    refused.last.problem = "too many orders wait";
    finish(number, std::move(refused));
    return number;
  }
  pump();
  return number;
}

bool ElevenLabs::withdraw(OrderNumber order) {
  if (!queue_.withdraw(order)) return false;
  PurchaseResult withdrawn;
  withdrawn.last.problem = "withdrawn before the request left";
  finish(order, std::move(withdrawn));
  pump();
  return true;
}

void ElevenLabs::pump() {
  const SteadyTime at = now();
  for (const OrderNumber number : queue_.give_up(at)) {
    PurchaseResult late;
    late.trouble = Trouble::kBusy;
    late.last.problem = "no request could leave in time";
    finish(number, std::move(late));
  }
  if (closed_) return;
  while (const auto next = queue_.take(at)) start(*next);
  set_timer(at);
}

void ElevenLabs::start(const VendorQueue::Start& start) {
  Order& order = orders_.at(start.order);
  order.tries = start.attempt;
  log_.info("request for a song", {{"order", start.order}, {"key", start.key + 1}, {"try", start.attempt}});
  const auto ended = [this, number = start.order](RequestEnd end) {
    boost::asio::post(loop_,
                      [this, number, end = std::move(end)]() mutable { on_end(number, std::move(end)); });
  };
  thread_.start(
      std::make_unique<SongRequest>(options_.target, keys_.at(start.key), order.order, order.file, ended));
}

void ElevenLabs::on_end(OrderNumber number, RequestEnd end) {
  const Meaning meaning = meaning_of(end.exchange);
  Outcome outcome;
  outcome.meaning = meaning;
  if (end.retry_after) outcome.retry_after = *end.retry_after;
  outcome.most_at_once = end.most_at_once;
  outcome.took = end.took;
  const CircuitBreaker::State before = queue_.state(now()).breaker;
  const bool again = queue_.finish(number, outcome, now());
  const CircuitBreaker::State after = queue_.state(now()).breaker;
  if (after != before) log_.warn("circuit breaker", {{"from", name_of(before)}, {"to", name_of(after)}});
  log_.info("request ended", {{"order", number},
                              {"bought", name_of(meaning.bought)},
                              {"trouble", name_of(meaning.trouble)},
                              {"status", end.exchange.status},
                              {"ms", end.took.count()},
                              {"again", again ? "yes" : "no"},
                              {"problem", end.problem}});
  Order& order = orders_.at(number);
  order.last = std::move(end);
  if (!again) finish(number, {meaning.bought, meaning.trouble, std::move(order.last), order.tries});
  pump();
}

// An order that was refused after some tries keeps what the last of them said.
void ElevenLabs::finish(OrderNumber number, PurchaseResult result) {
  auto found = orders_.find(number);
  Order order = std::move(found->second);
  orders_.erase(found);
  if (result.tries == 0 && order.tries > 0) {
    const std::string why = std::move(result.last.problem);
    result.tries = order.tries;
    result.last = std::move(order.last);
    result.last.problem = concat(why, "; the last try: ", result.last.problem);
  }
  boost::asio::post(loop_, [done = std::move(order.done), result = std::move(result)] { done(result); });
}

void ElevenLabs::set_timer(SteadyTime now) {
  const auto next = queue_.next_turn(now);
  if (!next) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(*next - now);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) pump();
  });
}

}  // namespace musicfleet::providers
