// Buys songs from ElevenLabs: queues orders, makes the requests that VendorQueue says, tells how each order
// ended. The intent of an order is committed before it comes here, and its end is committed by whoever is
// told of it: an order that nobody was told of when the process ends stays an intent. Loop thread; the loop
// no longer runs when this is destroyed.
#pragma once

#include "common/clock.h"
#include "common/log.h"
#include "coordinator/providers/song_request.h"
#include "coordinator/providers/vendor_queue.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace musicfleet::providers {

// The end of an order, after all its tries.
struct PurchaseResult {
  Bought bought = Bought::kNotBought;
  Trouble trouble = Trouble::kNone;
  RequestEnd last;  // of the last request; as it is made where there was none
  int tries = 0;
};

struct ElevenLabsOptions {
  RequestTarget target;
  QueueSettings queue;
  std::uint64_t random_state = 0;
};

class ElevenLabs {
 public:
  using Done = std::function<void(PurchaseResult)>;

  // At least one key.
  ElevenLabs(boost::asio::io_context& loop, const Clock& clock, ElevenLabsOptions options,
             std::vector<std::string> keys, Log log);
  ~ElevenLabs();
  ElevenLabs(const ElevenLabs&) = delete;
  ElevenLabs& operator=(const ElevenLabs&) = delete;

  // The song lands in `file`, complete exactly when it is bought; what else lies there belongs to nobody. An
  // order whose request has not left by `begin_by` is certainly not bought. `done` comes through the loop,
  // always.
  OrderNumber buy(SongOrder order, std::filesystem::path file, Milliseconds begin_by, Done done);
  // Takes back an order that waits: `done` hears that it is not bought. False where the request may have
  // left: what is paid for is waited for, and what turns out not to be bought is not tried again.
  bool withdraw(OrderNumber order);

  // From now on no request leaves; what has left goes on, and is not tried again if it comes to nothing.
  void close() { closed_ = true; }

  VendorState state() const { return queue_.state(now()); }

 private:
  struct Order {
    SongOrder order;
    std::filesystem::path file;
    Done done;
    int tries = 0;
    RequestEnd last;
  };

  SteadyTime now() const { return std::chrono::time_point_cast<Milliseconds>(clock_.now()); }
  void pump();
  void start(const VendorQueue::Start& start);
  void on_end(OrderNumber number, RequestEnd end);
  void finish(OrderNumber number, PurchaseResult result);
  // When pump() has to look again, by the time at which it looked.
  void set_timer(SteadyTime now);

  boost::asio::io_context& loop_;
  const Clock& clock_;
  const ElevenLabsOptions options_;
  const std::vector<std::string> keys_;
  Log log_;
  VendorQueue queue_;
  std::map<OrderNumber, Order> orders_;
  OrderNumber last_number_ = 0;
  bool closed_ = false;
  boost::asio::steady_timer timer_;
  HttpThread thread_;  // last: its end breaks off requests, whose callbacks name the loop
};

}  // namespace musicfleet::providers
