#include "coordinator/cli/verbs/cost.h"

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/cost_text.h"
#include "coordinator/cli/verbs/removal.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

struct CostOptions {
  std::string from, to, tenant;
  int servers = 1;
  bool json = false;
  bool csv = false;
};

std::string query_of(const CostOptions& options) {
  std::string query = concat("?servers=", options.servers);
  for (const auto& [name, value] :
       {std::pair("from", options.from), std::pair("to", options.to), std::pair("tenant", options.tenant)})
    if (!value.empty()) query += concat('&', name, '=', path_segment(value));
  return query;
}

Result<> report(const CostOptions& options, Context& context) {
  ApiClient admin(MF_TRY(admin_endpoint(context.access)), patient());
  if (options.csv) {
    context.console.out << MF_TRY(admin.text("/admin/v1/costs.csv" + query_of(options)));
    return {};
  }
  const nlohmann::json costs = MF_TRY(admin.get("/admin/v1/costs" + query_of(options)));
  if (options.json)
    context.console.out << costs.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  else
    print_costs(costs, context.console);
  return {};
}

}  // namespace

void add_cost(CLI::App& app, Context& context) {
  auto options = std::make_shared<CostOptions>();
  CLI::App* cost = app.add_subcommand("cost", "What songs cost, and what a server saves (admin API)");
  cost->require_subcommand(1)->fallthrough();
  CLI::App* command =
      cost->add_subcommand("report",
                           "Songs, cost and margin a song, break-evens, savings against ElevenLabs and "
                           "utilisation, by tenant, model, provider and day")
          ->fallthrough();
  command->add_option("--from", options->from,
                      "A day like 2026-11-01, from 00:00 UTC. By default the first of this month");
  command->add_option("--to", options->to, "The day at whose beginning the period ends. By default now");
  command->add_option("--tenant", options->tenant,
                      "Only what is of this one; of the rent its part by GPU work");
  command->add_option("--servers", options->servers, "How many were rented throughout")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  CLI::Option* json = command->add_flag("--json", options->json, "JSON, money in millionths of a US dollar");
  command->add_flag("--csv", options->csv, "The sums as CSV, money in dollars")->excludes(json);
  on_chosen(*command, context, [options, &context] { return report(*options, context); });
}

}  // namespace musicfleet::cli
