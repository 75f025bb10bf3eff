// workers list, show, add, revoke: which machines may work for the coordinator, and what they are at. One
// thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/verbs/context.h"

#include <string>

namespace musicfleet::cli {

struct WorkersOptions {
  std::string name;
  std::string public_key;
  bool json = false;
};

void add_workers(CLI::App& app, Context& context);

Result<> list_workers(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> show_worker(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> add_worker(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> revoke_worker(const WorkersOptions& options, ApiClient& admin, Console& console);

}  // namespace musicfleet::cli
