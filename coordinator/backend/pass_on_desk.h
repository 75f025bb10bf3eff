// Passes requests of clients on to ElevenLabs as they came, with the operator's first key: what they make
// over there belongs to that key's account. What they cost the vendor does not say, so they are in no ledger;
// where a budget is used up nothing that may cost goes on. Never repeats a request. Loop thread; the loop no
// longer runs when this is destroyed.
#pragma once

#include "common/log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/backend/purchase_metrics.h"
#include "coordinator/http/pass_on_desk.h"
#include "coordinator/providers/passed_on_request.h"

#include <set>

namespace musicfleet::backend {

struct PassOnOptions {
  std::set<VendorService> services;  // that the operator allows
  providers::RequestTarget target;
  std::string key;
  std::filesystem::path folder;  // for bodies on their way
};

class PassOnDesk final : public http::PassOnDesk {
 public:
  // Each may hold two large files for as long as it lasts.
  static constexpr std::size_t kMostAtOnce = 4;
  // What keeps a tenant's requests here, beside the operator's settings.
  using TenantRefusal = std::function<std::optional<http::PassOnRefusal>(const TenantId&, bool may_cost)>;

  PassOnDesk(boost::asio::io_context& loop, PassOnOptions options, TenantRefusal tenant_refusal,
             PurchaseMetrics& metrics, Log log);

  std::optional<http::PassOnRefusal> refusal(VendorService service, const TenantId& tenant,
                                             bool may_cost) const override;
  const std::filesystem::path& folder() const override { return options_.folder; }
  http::Awaitable<std::optional<http::VendorAnswer>> pass_on(http::VendorRequest request) override;
  // From now on every request is refused; those under way go on.
  void close() { closed_ = true; }
  std::size_t under_way() const { return static_cast<std::size_t>(under_way_.use_count() - 1); }

 private:
  boost::asio::io_context& loop_;
  const PassOnOptions options_;
  const TenantRefusal tenant_refusal_;
  PurchaseMetrics& metrics_;
  Log log_;
  bool closed_ = false;
  std::shared_ptr<const int> under_way_ = std::make_shared<int>();  // each request under way holds it
  HttpThread thread_;  // last: its end breaks off requests, whose callbacks name the loop
};

// A tenant whose songs are the fleet's only keeps everything here; nothing that may cost goes beyond a
// budget.
std::optional<http::PassOnRefusal> tenant_refusal(const dispatch::Dispatcher& dispatcher,
                                                  const TenantId& tenant, bool may_cost, WallTime now);

}  // namespace musicfleet::backend
