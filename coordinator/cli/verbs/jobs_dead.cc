#include "coordinator/cli/verbs/jobs_dead.h"

#include "coordinator/cli/job_pages.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/utc_time.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kReasonInTable = 120;

struct DeadOptions {
  int limit = 50;  // jobs a page
  bool all = false;
  bool json = false;
};

std::vector<std::string> row_of(const json& job) {
  const json& error = object_of(job, "error");
  return {text_of(job, "id"),
          text_of(job, "tenant"),
          short_time(text_of(job, "finished_at")),
          concat(integer_of(job, "attempts")),
          text_of(job, "worker"),
          text_of(error, "code"),
          one_line(text_of(error, "message"), kReasonInTable)};
}

Result<> list_dead(const DeadOptions& options, ApiClient& admin, Console& console) {
  const JobPages pages{concat("/admin/v1/jobs?dead=true&limit=", options.limit), options.all, options.json};
  Table table({"JOB", "TENANT", "DIED", "ATTEMPTS", "LAST WORKER", "CODE", "REASON"});
  return print_jobs(admin, pages, std::move(table), row_of, console);
}

}  // namespace

void add_jobs_dead(CLI::App& jobs, Context& context) {
  auto options = std::make_shared<DeadOptions>();
  CLI::App* command =
      jobs.add_subcommand(
              "dead",
              "Jobs that have used up their attempts and wait for an operator, newest first, with the "
              "reason (admin API). For example, all of them back into the queue: "
              "musicfleet jobs dead --all --json | jq -r .id | xargs -r musicfleet jobs requeue")
          ->fallthrough();
  command->add_option("--limit", options->limit, "Jobs a page, 1 to 200")->capture_default_str();
  command->add_flag("--all", options->all, "Every page");
  command->add_flag("--json", options->json, "JSON, one line a job");
  on_chosen(*command, context, [options, &context]() -> Result<> {
    ApiClient admin(MF_TRY(admin_endpoint(context.access)));
    return list_dead(*options, admin, context.console);
  });
}

}  // namespace musicfleet::cli
