// Which requests for songs are the same order. A client that sends a request again, because its answer was
// lost or was an error of ours, gets the song that it has ordered already: until a song has been delivered
// whole, requests with the same key, target and body join it, for as long as the window lasts or one of them
// waits. After that the same request orders another song. A client that sends an Idempotency-Key says itself
// what is the same. In memory; loop thread.
#pragma once

#include "common/clock.h"
#include "coordinator/http/backend.h"

#include <map>
#include <memory>

namespace musicfleet::http {

struct SongOrder {
  std::string idempotency_key;
  Sha256 request{};  // what it was ordered with
  bool is_clients_key = false;
  SteadyTime begun;
  std::optional<JobId> job;
  int waiting = 0;        // requests
  bool given_up = false;  // its job is being cancelled: nobody joins
};

class SongOrders {
 public:
  explicit SongOrders(std::chrono::milliseconds window) : window_(window) {}

  // The open order of these requests, or a new one. `request`: the hash of what makes them the same.
  std::shared_ptr<SongOrder> join(const Sha256& request, SteadyTime now);
  // The same of requests with this key of the tenant's. kConflict for one that is open with another request.
  Result<std::shared_ptr<SongOrder>> join(const TenantId& tenant, const std::string& key,
                                          const Sha256& request, SteadyTime now);
  // The order is over, be it delivered or failed: the next such request is a new one.
  void close(const SongOrder& order);

  std::size_t open() const { return orders_.size(); }

 private:
  std::shared_ptr<SongOrder>& open_order(const Sha256& name, SteadyTime now);
  void sweep(SteadyTime now);

  std::chrono::milliseconds window_;
  SteadyTime swept_{};
  std::map<Sha256, std::shared_ptr<SongOrder>> orders_;
};

}  // namespace musicfleet::http
