// workers list, show, add, rotate, keys, revoke: which machines may work for the coordinator, by which keys,
// and what they are at. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/verbs/context.h"

#include <string>

namespace musicfleet::cli {

struct WorkersOptions {
  std::string name;
  std::string public_key;
  std::string not_before = "0s";  // from now
  std::string expires;            // after that; empty: never
  std::string overlap;
  bool json = false;
};

void add_workers(CLI::App& app, Context& context);

Result<> list_workers(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> show_worker(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> add_worker(const WorkersOptions& options, ApiClient& admin, Console& console);
// A further key; the others end after the overlap.
Result<> rotate_worker(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> list_worker_keys(const WorkersOptions& options, ApiClient& admin, Console& console);
// The worker, or only the key that the options name.
Result<> drain_worker(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> resume_worker(const WorkersOptions& options, ApiClient& admin, Console& console);
Result<> revoke_worker(const WorkersOptions& options, ApiClient& admin, Console& console);

}  // namespace musicfleet::cli
