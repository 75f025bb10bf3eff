#include "coordinator/failover_config.h"

namespace musicfleet {
namespace {

using namespace std::chrono_literals;

Failure refuse(const ConfigFile& file, const char* setting, const std::string& why) {
  return fail(ErrorCode::kInvalidArgument, file.where(setting), ' ', why);
}

Result<> take_money(ConfigFile& file, const char* setting, MicroDollars& into) {
  std::string text = to_text(into);
  MF_CHECK(file.take(setting, text));
  const auto amount = money_of(text);
  if (!amount) return refuse(file, setting, amount.error().message);
  into = *amount;
  return {};
}

// An empty text is no limit; a limit of nothing is "0".
Result<> take_limit(ConfigFile& file, const char* setting, std::optional<MicroDollars>& into) {
  std::string text;
  MF_CHECK(file.take(setting, text));
  if (text.empty()) return {};
  const auto amount = money_of(text);
  if (!amount) return refuse(file, setting, amount.error().message);
  into = *amount;
  return {};
}

Result<> take_target(ConfigFile& file, providers::RequestTarget& into) {
  MF_CHECK(file.take("elevenlabs.base_url", into.base_url));
  if (const auto allowed = providers::check_base_url(into.base_url); !allowed)
    return refuse(file, "elevenlabs.base_url", allowed.error().message);
  MF_CHECK(file.take("elevenlabs.ca_file", into.ca_file));
  MF_CHECK(file.take("elevenlabs.connect_ms", into.limits.connect, 100ms, 1min));
  MF_CHECK(file.take("elevenlabs.first_byte_ms", into.limits.first_byte, 1s, 1h));
  MF_CHECK(file.take("elevenlabs.idle_ms", into.limits.idle, 1s, 1h));
  return file.take("elevenlabs.total_ms", into.limits.total, 1s, 1h);
}

Result<> take_prices(ConfigFile& file, FailoverConfig& config) {
  MF_CHECK(file.take("elevenlabs.prices", config.price_rows));
  auto table = ledger::PriceTable::of(config.price_rows);
  if (!table) return refuse(file, "elevenlabs.prices", table.error().message);
  config.prices = *std::move(table);
  return {};
}

Result<> take_services(ConfigFile& file, FailoverConfig& config) {
  MF_CHECK(file.take("elevenlabs.pass_on", config.pass_on));
  for (const std::string& name : config.pass_on) {
    const auto service = vendor_service_of(name);
    if (!service)
      return refuse(file, "elevenlabs.pass_on", "must name upload, stems, video or finetunes, not " + name);
    config.services.insert(*service);
  }
  return {};
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += (list.size() > 1 ? ", " : "") + toml_text(text);
  return list + ']';
}

std::string toml_limit(const std::optional<MicroDollars>& limit) {
  return toml_text(limit ? to_text(*limit) : "");
}

}  // namespace

Result<FailoverConfig> failover_config_of(ConfigFile& file) {
  FailoverConfig config;
  MF_CHECK(file.take("elevenlabs.enabled", config.enabled));
  MF_CHECK(take_target(file, config.target));
  MF_CHECK(file.take("elevenlabs.key_files", config.key_files));
  MF_CHECK(file.take("elevenlabs.model", config.model));
  MF_CHECK(file.take("elevenlabs.at_once", config.queue.at_once, 1, providers::KeyLimiter::kMostAtOnce));
  MF_CHECK(file.take("elevenlabs.most_waiting", config.queue.most_waiting, 0, 10'000));
  MF_CHECK(file.take("elevenlabs.stop_wait_ms", config.stop_wait, 0ms, 1h));
  MF_CHECK(take_services(file, config));
  MF_CHECK(take_prices(file, config));
  MF_CHECK(take_limit(file, "budget.day", config.budget.day));
  MF_CHECK(take_limit(file, "budget.month", config.budget.month));
  MF_CHECK(file.take("budget.warn_percent", config.budget_warn_percent, 1, 100));
  MF_CHECK(take_money(file, "money.server_month", config.server_month));
  MF_CHECK(take_money(file, "money.song_price", config.song_price));
  if (!config.enabled && !config.pass_on.empty())
    return refuse(file, "elevenlabs.pass_on", "needs elevenlabs.enabled");
  if (!config.enabled) return config;
  if (config.key_files.empty())
    return refuse(file, "elevenlabs.key_files",
                  "must name a file with a key where elevenlabs.enabled is true");
  if (config.prices.empty())
    return refuse(file, "elevenlabs.prices",
                  "must have a row where elevenlabs.enabled is true: nothing is bought at "
                  "a price that nobody knows");
  return config;
}

ledger::CostBasis cost_terms(const FailoverConfig& config) {
  ledger::CostBasis terms;
  terms.server_month = config.server_month;
  terms.song_price = config.song_price;
  terms.vendor_model = config.model;
  terms.prices = config.prices;
  return terms;
}

std::string to_toml(const FailoverConfig& config) {
  const providers::RequestLimits& limits = config.target.limits;
  return concat(
      "[elevenlabs]\nenabled = ", config.enabled ? "true" : "false",
      "\nbase_url = ", toml_text(config.target.base_url),
      "\nca_file = ", toml_text(config.target.ca_file.string()),
      "\nkey_files = ", toml_list(config.key_files), "\nmodel = ", toml_text(config.model),
      "\nat_once = ", config.queue.at_once, "\nmost_waiting = ", config.queue.most_waiting,
      "\nconnect_ms = ", limits.connect.count(), "\nfirst_byte_ms = ", limits.first_byte.count(),
      "\nidle_ms = ", limits.idle.count(), "\ntotal_ms = ", limits.total.count(),
      "\nstop_wait_ms = ", config.stop_wait.count(), "\npass_on = ", toml_list(config.pass_on),
      "\nprices = ", toml_list(config.price_rows), "\n\n[budget]\nday = ", toml_limit(config.budget.day),
      "\nmonth = ", toml_limit(config.budget.month), "\nwarn_percent = ", config.budget_warn_percent,
      "\n\n[money]\nserver_month = ", toml_text(to_text(config.server_month)),
      "\nsong_price = ", toml_text(to_text(config.song_price)), '\n');
}

}  // namespace musicfleet
