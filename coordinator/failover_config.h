// What the configuration file says of buying songs and of money: the tables [elevenlabs], [budget] and
// [money]. Plain data and pure functions of it.
#pragma once

#include "common/config_file.h"
#include "coordinator/ledger/budget.h"
#include "coordinator/ledger/cost_report.h"
#include "coordinator/ledger/price_table.h"
#include "coordinator/providers/request_target.h"
#include "coordinator/providers/vendor_queue.h"
#include "coordinator/vendor_service.h"

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace musicfleet {

struct FailoverConfig {
  bool enabled = false;
  providers::RequestTarget target;
  providers::QueueSettings queue;
  std::vector<std::string> key_files;  // one key in each
  std::string model = "music_v1";      // the vendor's
  // How long a process that is told to end waits for what it has asked of the vendor.
  std::chrono::milliseconds stop_wait = std::chrono::minutes(2);
  std::vector<std::string> pass_on;  // what only the vendor serves and is passed on to it, by its name
  std::set<VendorService> services;  // of pass_on
  std::vector<std::string> price_rows;
  ledger::PriceTable prices;  // of price_rows

  ledger::SpendingLimits budget;  // of everybody together
  int budget_warn_percent = 80;

  MicroDollars server_month{409'000'000};  // rent of one GPU server
  MicroDollars song_price{2'990'000};      // at which a delivered song is sold
};

// The file's settings over the defaults, all of them checked; errors name file, line and setting. What is
// enabled needs a key and a price.
Result<FailoverConfig> failover_config_of(ConfigFile& file);
// What it says of rent and prices, for a report whose period is still open.
ledger::CostBasis cost_terms(const FailoverConfig& config);
// The tables as a TOML file has them.
std::string to_toml(const FailoverConfig& config);

}  // namespace musicfleet
