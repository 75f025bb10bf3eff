#include "coordinator/http/song_orders.h"

#include "common/random.h"

namespace musicfleet::http {

std::shared_ptr<SongOrder> SongOrders::join(const Sha256& request, SteadyTime now) {
  std::erase_if(orders_, [&](const auto& entry) {
    return entry.second->waiting == 0 && now - entry.second->begun >= window_;
  });
  std::shared_ptr<SongOrder>& order = orders_[request];
  if (!order || now - order->begun >= window_) {
    constexpr std::size_t kTokenCharacters = 22;  // of base 62: 128 bits
    order = std::make_shared<SongOrder>();
    order->idempotency_key = "music:" + random_token(kTokenCharacters);
    order->begun = now;
  }
  return order;
}

void SongOrders::close(const SongOrder& order) {
  std::erase_if(orders_, [&](const auto& entry) { return entry.second.get() == &order; });
}

}  // namespace musicfleet::http
