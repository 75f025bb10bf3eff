#include "coordinator/cli/job_pages.h"

#include "coordinator/cli/json_fields.h"

#include <nlohmann/json.hpp>

namespace musicfleet::cli {

using nlohmann::json;

Result<> print_jobs(ApiClient& api, const JobPages& pages, Table table, JobRow row_of, Console& console) {
  std::string cursor;
  do {
    std::string path = pages.path;
    if (!cursor.empty()) path += "&cursor=" + path_segment(cursor);
    const json page = MF_TRY(api.get(path));
    for (const json& job : array_of(page, "jobs"))
      if (pages.json)
        console.out << job.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
      else
        table.add(row_of(job));
    cursor = text_of(page, "next_cursor");
  } while (pages.all && !cursor.empty());
  if (!pages.json) table.print(console.out, console.out_columns);
  if (!pages.json && !cursor.empty()) console.err << "there are more: --all shows every page" << std::endl;
  return {};
}

}  // namespace musicfleet::cli
