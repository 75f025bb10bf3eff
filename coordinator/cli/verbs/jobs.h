// jobs list, show, cancel, requeue, why, and the verbs of jobs_dead.h and jobs_purge.h: the jobs of the API
// key's tenant, or of all tenants by way of the admin API. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/verbs/context.h"

#include <string>
#include <vector>

namespace musicfleet::cli {

struct JobsOptions {
  std::string id;
  std::vector<std::string> ids;  // where several are taken
  std::string state;             // empty: every state
  int limit = 50;                // jobs a page
  bool all = false;              // every page
  bool admin = false;            // every tenant's, by way of the admin API
  bool json = false;
};

void add_jobs(CLI::App& app, Context& context);

Result<> list_jobs(const JobsOptions& options, ApiClient& api, Console& console);
Result<> show_job(const JobsOptions& options, ApiClient& api, Console& console);
Result<> cancel_job(const JobsOptions& options, ApiClient& api, Console& console);
// By way of the admin API. One that is refused does not keep the others back: its error is
// told at once, the last one is returned.
Result<> requeue_jobs(const JobsOptions& options, ApiClient& admin, Console& console);
Result<> tell_job(const JobsOptions& options, ApiClient& admin, Console& console);

}  // namespace musicfleet::cli
