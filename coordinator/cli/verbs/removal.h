// What comes of jobs purge and tenants erase, in words and in JSON: both ask how much would go, have it
// confirmed and say how much went. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/console.h"

#include <CLI/App.hpp>
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace musicfleet::cli {

struct RemovalOptions {
  bool yes = false;
  bool dry_run = false;
  bool json = false;
};

// What is said before and after: "Purge 12 jobs …?", "purged: 12 jobs …".
struct RemovalWords {
  std::string question;  // "Purge"
  std::string done;      // "purged"
  std::string would;     // "would be purged"
};

void add_removal_options(CLI::App& command, RemovalOptions& options);

// Posts `order` to `path` with dry_run first, then, once confirmed, without. The answer; null where nothing
// was removed because there is nothing or only a count was wanted. Removals of many jobs take their time.
Result<nlohmann::json> remove_with_consent(const std::string& path, nlohmann::json order,
                                           const RemovalOptions& options, const RemovalWords& words,
                                           ApiClient& admin, Console& console);

// For an answer that may be long in coming.
HttpClientOptions patient();

}  // namespace musicfleet::cli
