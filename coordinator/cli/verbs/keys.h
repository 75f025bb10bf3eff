// keys add, list, revoke: the API keys of the coordinator's clients. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/verbs/context.h"

#include <string>

namespace musicfleet::cli {

struct KeysOptions {
  std::string tenant = "default";
  std::string label;
  std::string id;
  bool json = false;
};

void add_keys(CLI::App& app, Context& context);

// The key itself is the only thing on `out`, so that it can be sent into a file.
Result<> add_key(const KeysOptions& options, ApiClient& admin, Console& console);
Result<> list_keys(const KeysOptions& options, ApiClient& admin, Console& console);
Result<> revoke_key(const KeysOptions& options, ApiClient& admin, Console& console);

}  // namespace musicfleet::cli
