// keys add, list, show, rotate, revoke: the keys of the coordinator's clients and operators. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/verbs/context.h"

#include <string>
#include <vector>

namespace musicfleet::cli {

struct KeysOptions {
  std::string tenant;         // of a client's key; empty: the coordinator's default
  std::string operator_name;  // of an operator's key
  std::string label;
  std::vector<std::string> scopes;  // empty: all that such a key can have
  std::string expires;              // after this time; empty: never, or as the key before
  std::string overlap;
  std::string key_file;  // where a new key goes; empty: to the output
  std::string id;
  bool json = false;
};

void add_keys(CLI::App& app, Context& context);

// A new key itself is the only thing on `out`, so that it can be sent elsewhere; or it is in the key file, of
// mode 0600, which must not be there yet.
Result<> add_key(const KeysOptions& options, ApiClient& admin, Console& console);
Result<> rotate_key(const KeysOptions& options, ApiClient& admin, Console& console);
Result<> list_keys(const KeysOptions& options, ApiClient& admin, Console& console);
Result<> show_key(const KeysOptions& options, ApiClient& admin, Console& console);
Result<> revoke_key(const KeysOptions& options, ApiClient& admin, Console& console);

}  // namespace musicfleet::cli
