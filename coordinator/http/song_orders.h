// Which requests for songs are the same order. A client that sends a request again, because its answer was
// lost or was an error of ours, gets the song that it has ordered already: until a song has been delivered
// whole, requests with the same key, target and body join it, for as long as the window lasts. After that the
// same request orders another song. In memory; loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/http/backend.h"

#include <map>
#include <memory>

namespace musicfleet::http {

struct SongOrder {
  std::string idempotency_key;
  SteadyTime begun;
  std::optional<JobId> job;
  int waiting = 0;  // requests
};

class SongOrders {
 public:
  explicit SongOrders(std::chrono::milliseconds window) : window_(window) {}

  // The open order of these requests, or a new one.
  std::shared_ptr<SongOrder> join(const Sha256& request, SteadyTime now);
  // The order is over, be it delivered or failed: the next such request is a new one.
  void close(const SongOrder& order);

  std::size_t open() const { return orders_.size(); }

 private:
  std::chrono::milliseconds window_;
  std::map<Sha256, std::shared_ptr<SongOrder>> orders_;
};

}  // namespace musicfleet::http
