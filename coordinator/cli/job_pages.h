// Lists of jobs as the coordinator gives them, page by page: a table for people, a line of JSON a job for
// machines. Main thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/console.h"
#include "coordinator/cli/table.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::cli {

struct JobPages {
  std::string path;   // with a query: "/v1/jobs?limit=50"
  bool all = false;   // every page; otherwise the first, and a word on stderr where there are more
  bool json = false;  // lines of JSON instead of the table
};

using JobRow = std::vector<std::string> (*)(const nlohmann::json& job);

// `table` has its heading. Errors are those of the API.
Result<> print_jobs(ApiClient& api, const JobPages& pages, Table table, JobRow row_of, Console& console);

}  // namespace musicfleet::cli
