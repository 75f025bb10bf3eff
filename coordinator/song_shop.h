// All that deals with ElevenLabs, as one part of the coordinator: prices, the vendor itself, the desk that
// carries purchases out, the one that passes requests on, their metrics. Where the configuration does not
// enable it, nothing is ever bought and nothing of it exists but the accounts of what the fleet costs. Loop
// thread; the loop no longer runs when this is destroyed.
#pragma once

#include "coordinator/backend/pass_on_desk.h"
#include "coordinator/backend/price_terms.h"
#include "coordinator/backend/purchase_desk.h"
#include "coordinator/failover_config.h"

#include <optional>

namespace musicfleet {

// The keys of what is enabled; none otherwise. Errors name the file: one that others may read is refused.
Result<std::vector<std::string>> read_keys(const FailoverConfig& config);

class SongShop {
 public:
  struct Parts {
    boost::asio::io_context& loop;
    const Clock& clock;
    const AudioStore& audio;
    FilePool& files;
    std::filesystem::path scratch;  // a folder for what is passed on, on its way
  };

  // Everything given outlives the loop's run.
  SongShop(Parts parts, const FailoverConfig& config, std::vector<std::string> keys,
           backend::PurchaseHooks hooks, backend::PassOnDesk::TenantRefusal tenant_refusal,
           const LogOutput& output);

  // What dispatching may buy with. This outlives it.
  dispatch::Failover failover() const;

  void start();
  void buy(const dispatch::BuySong& wanted);
  void withdraw(const Lease& lease);
  // From now on nothing goes to ElevenLabs.
  void close();
  // Purchases, and requests passed on, whose outcome is not known yet.
  std::size_t under_way() const;
  void warned(const ledger::BudgetLine& line) { metrics_.warned(line); }
  // Null where nothing is passed on.
  http::PassOnDesk* pass_on_desk() { return pass_on_ ? &*pass_on_ : nullptr; }
  // Empty where nothing is bought.
  std::string metrics_text();

 private:
  const FailoverConfig config_;
  backend::PriceTerms terms_;
  backend::PurchaseMetrics metrics_;
  std::optional<providers::ElevenLabs> elevenlabs_;
  std::optional<backend::PurchaseDesk> desk_;
  std::optional<backend::PassOnDesk> pass_on_;
};

}  // namespace musicfleet
