#include "coordinator/cli/verbs/jobs_purge.h"

#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/time_span.h"
#include "coordinator/cli/verbs/removal.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/v1/purges";

struct PurgeOptions : RemovalOptions {
  std::vector<std::string> ids;
  std::string older_than;
  std::string state;
  std::string tenant;
};

Result<json> order_of(const PurgeOptions& options) {
  if (!options.ids.empty() && !(options.older_than + options.state + options.tenant).empty())
    return fail_field("id", "goes without --older-than, --state and --tenant");
  if (!options.ids.empty()) return json{{"jobs", options.ids}};
  if (options.older_than.empty())
    return fail_field("--older-than", "is needed where no jobs are named; 0s: however old");
  const auto age = MF_TRY(time_span_of("--older-than", options.older_than));
  json order{{"older_than_seconds", age.count()}};
  if (!options.state.empty()) order["state"] = options.state;
  if (!options.tenant.empty()) order["tenant"] = options.tenant;
  return order;
}

Result<> purge(const PurgeOptions& options, Context& context) {
  json order = MF_TRY(order_of(options));
  ApiClient admin(MF_TRY(admin_endpoint(context.access)), patient());
  const RemovalWords words{"Purge", "purged:", "would be purged"};
  const json counts =
      MF_TRY(remove_with_consent(kPath, std::move(order), options, words, admin, context.console));
  if (!options.ids.empty() && counts.is_object() && integer_of(counts, "live") > 0)
    return fail(ErrorCode::kConflict, integer_of(counts, "live"),
                " of these jobs are not over: cancel them first");
  return {};
}

}  // namespace

void add_jobs_purge(CLI::App& jobs, Context& context) {
  auto options = std::make_shared<PurgeOptions>();
  CLI::App* command =
      jobs.add_subcommand(
              "purge",
              "Remove jobs that are over, with history, attempts and song (admin API). For example: "
              "jobs purge --older-than 30d --state failed")
          ->fallthrough();
  command->add_option("id", options->ids, "Exactly these jobs");
  command->add_option("--older-than", options->older_than,
                      "Instead: all that ended at least so long ago, e.g. 30d; 0s: all");
  command->add_option("--state", options->state, "Of these only succeeded, failed or cancelled ones");
  command->add_option("--tenant", options->tenant, "Of these only this tenant's");
  add_removal_options(*command, *options);
  on_chosen(*command, context, [options, &context] { return purge(*options, context); });
}

}  // namespace musicfleet::cli
