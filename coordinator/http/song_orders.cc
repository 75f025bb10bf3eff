#include "coordinator/http/song_orders.h"

#include "common/random.h"
#include "common/sha256.h"

#include <utility>

namespace musicfleet::http {
namespace {

constexpr std::chrono::seconds kBetweenSweeps{1};
constexpr std::size_t kTokenCharacters = 22;  // of base 62: 128 bits

std::shared_ptr<SongOrder> new_order(std::string key, const Sha256& request, SteadyTime now) {
  auto order = std::make_shared<SongOrder>();
  order->idempotency_key = std::move(key);
  order->request = request;
  order->begun = now;
  return order;
}

}  // namespace

void SongOrders::sweep(SteadyTime now) {
  if (now - swept_ < kBetweenSweeps) return;
  swept_ = now;
  std::erase_if(orders_, [&](const auto& entry) {
    return entry.second->waiting == 0 && now - entry.second->begun >= window_;
  });
}

std::shared_ptr<SongOrder>& SongOrders::open_order(const Sha256& name, SteadyTime now) {
  sweep(now);
  std::shared_ptr<SongOrder>& order = orders_[name];
  const bool is_old = order && order->waiting == 0 && now - order->begun >= window_;
  if (is_old || (order && order->given_up)) order.reset();
  return order;
}

std::shared_ptr<SongOrder> SongOrders::join(const Sha256& request, SteadyTime now) {
  std::shared_ptr<SongOrder>& order = open_order(request, now);
  if (!order) order = new_order("music:" + random_token(kTokenCharacters), request, now);
  return order;
}

Result<std::shared_ptr<SongOrder>> SongOrders::join(const TenantId& tenant, const std::string& key,
                                                    const Sha256& request, SteadyTime now) {
  std::shared_ptr<SongOrder>& order = open_order(sha256(concat("Idempotency-Key\n", tenant, '\n', key)), now);
  if (order && order->request != request)
    return fail(ErrorCode::kConflict, "this Idempotency-Key was used for a request with another body");
  if (!order) {
    order = new_order(key, request, now);
    order->is_clients_key = true;
  }
  return order;
}

void SongOrders::close(const SongOrder& order) {
  std::erase_if(orders_, [&](const auto& entry) { return entry.second.get() == &order; });
}

}  // namespace musicfleet::http
