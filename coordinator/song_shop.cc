#include "coordinator/song_shop.h"

#include "common/random.h"
#include "coordinator/providers/key_file.h"

namespace musicfleet {

Result<std::vector<std::string>> read_keys(const FailoverConfig& config) {
  std::vector<std::string> keys;
  if (!config.enabled) return keys;
  keys.reserve(config.key_files.size());
  for (const std::string& file : config.key_files) keys.push_back(MF_TRY(providers::read_key(file)));
  return keys;
}

SongShop::SongShop(Parts parts, const FailoverConfig& config, std::vector<std::string> keys,
                   backend::PurchaseHooks hooks, backend::PassOnDesk::TenantRefusal tenant_refusal,
                   const LogOutput& output)
    : config_(config), terms_(config.prices, config.model) {
  if (!config_.enabled) return;
  const Log log(output, "elevenlabs");
  if (!config_.services.empty())
    pass_on_.emplace(
        parts.loop,
        backend::PassOnOptions{config_.services, config_.target, keys.front(), std::move(parts.scratch)},
        std::move(tenant_refusal), metrics_, log);
  elevenlabs_.emplace(parts.loop, parts.clock,
                      providers::ElevenLabsOptions{config_.target, config_.queue, random_u64()},
                      std::move(keys), log);
  desk_.emplace(
      backend::PurchaseParts{parts.loop, parts.clock, *elevenlabs_, parts.audio, parts.files, metrics_},
      config_.model, std::move(hooks), log);
}

dispatch::Failover SongShop::failover() const {
  dispatch::Failover failover;
  if (config_.enabled) failover.terms = &terms_;
  failover.budget = config_.budget;
  failover.warn_percent = config_.budget_warn_percent;
  return failover;
}

void SongShop::start() {
  if (desk_) desk_->start();
}

void SongShop::buy(const dispatch::BuySong& wanted) {
  if (desk_) desk_->buy(wanted);
}

void SongShop::withdraw(const Lease& lease) {
  if (desk_) desk_->withdraw(lease);
}

void SongShop::close() {
  if (desk_) desk_->close();
  if (pass_on_) pass_on_->close();
}

std::size_t SongShop::under_way() const {
  return (desk_ ? desk_->under_way() : 0) + (pass_on_ ? pass_on_->under_way() : 0);
}

std::string SongShop::metrics_text() {
  return elevenlabs_ ? metrics_.text(elevenlabs_->state()) : std::string();
}

}  // namespace musicfleet
