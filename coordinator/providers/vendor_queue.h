// Which order goes to the provider next, with which key and when: the queue in front of a provider that takes
// a few requests at a time. Brings together the limits of each key, the circuit breaker and the retries,
// which only follow where certainly nothing was bought. Pure: the requests are made elsewhere, and the time
// comes from the caller. One thread.
#pragma once

#include "coordinator/providers/answer_meaning.h"
#include "coordinator/providers/key_limiter.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace musicfleet::providers {

using OrderNumber = std::uint64_t;

struct QueueSettings {
  int at_once = 2;        // requests with one key, until the vendor says otherwise
  int most_waiting = 64;  // orders beyond those under way
  int most_tries = 4;     // of one order
  Backoff retry{Milliseconds(1'000), Milliseconds(30'000)};
  Milliseconds longest_rest{300'000};  // that a Retry-After is believed
  Milliseconds refused_key_rest{600'000};
  Milliseconds typical_song{60'000};  // from request to answer, until some were measured
  BreakerSettings breaker;
};

// What a request came to, as the queue needs it.
struct Outcome {
  Meaning meaning;
  std::optional<Milliseconds> retry_after;
  int most_at_once = 0;  // the vendor's maximum-concurrent-requests; 0: it did not say
  Milliseconds took{0};
};

// How the provider stands, for whoever must decide whether to order.
struct VendorState {
  CircuitBreaker::State breaker = CircuitBreaker::State::kClosed;
  int keys = 0;   // that are accepted
  int slots = 0;  // requests that these may have under way together
  int under_way = 0;
  int waiting = 0;
  bool full = false;  // an order would be refused
  Milliseconds typical_song{0};
  Milliseconds predicted{0};          // until an order given now is a song
  std::optional<Milliseconds> again;  // where no request may leave: until one may
  bool usable() const { return keys > 0 && !full && breaker != CircuitBreaker::State::kOpen; }
};

class VendorQueue {
 public:
  struct Start {
    OrderNumber order = 0;
    std::size_t key = 0;
    int attempt = 1;
  };

  VendorQueue(const QueueSettings& settings, std::size_t keys, std::uint64_t random_state);

  // False where too many wait. An order that has not begun by `begin_by` is given up.
  bool add(OrderNumber order, SteadyTime begin_by);
  // The next request to make; nothing where none may leave now.
  std::optional<Start> take(SteadyTime now);
  // What take() gave is over. Whether the order waits for another try; where not, it is out.
  bool finish(OrderNumber order, const Outcome& outcome, SteadyTime now);
  // Takes out what waited in vain: certainly not bought.
  std::vector<OrderNumber> give_up(SteadyTime now);
  // Takes out an order that waits. False where it is under way, and then not tried again, or unknown.
  bool withdraw(OrderNumber order);

  // When take() or give_up() may have something to give though nothing finishes; unset: never.
  std::optional<SteadyTime> next_turn(SteadyTime now) const;
  VendorState state(SteadyTime now) const;

 private:
  struct Waiting {
    OrderNumber order = 0;
    SteadyTime begin_by{};
    SteadyTime not_before{};
    int tries = 0;
  };
  struct UnderWay {
    Waiting order;
    std::size_t key = 0;
    CircuitBreaker::Pass pass;
    bool unwanted = false;  // withdrawn meanwhile
  };

  std::optional<std::size_t> key_with_room(SteadyTime now) const;
  void tell_breaker(const UnderWay& ended, Trouble trouble, SteadyTime now);
  void tell_key(KeyLimiter& key, const Outcome& outcome, SteadyTime now);
  bool may_follow(const Waiting& order, const Outcome& outcome, SteadyTime now) const;
  Milliseconds rest_after(const Outcome& outcome, int times);

  const QueueSettings settings_;
  std::uint64_t random_state_;
  std::vector<KeyLimiter> keys_;
  CircuitBreaker breaker_;
  std::deque<Waiting> waiting_;  // in the order in which they came
  std::map<OrderNumber, UnderWay> under_way_;
  Milliseconds typical_song_;
};

}  // namespace musicfleet::providers
