#include "coordinator/cli/verbs/tenants.h"

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/utc_time.h"
#include "coordinator/cli/verbs/removal.h"
#include "coordinator/money.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <charconv>
#include <map>
#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/v1/tenants";

// What is given for a limit on the command line.
enum class LimitText { kCount, kDollars, kYesOrNo, kWord };

struct LimitOption {
  const char* option;
  const char* name;  // the API's
  LimitText text;
  const char* what;
};
constexpr LimitOption kLimitOptions[] = {
    {"--max-queued", "max_queued", LimitText::kCount, "Jobs that may wait for a worker; none: no limit"},
    {"--max-running", "max_running", LimitText::kCount, "Jobs that may be with workers; none: no limit"},
    {"--songs-per-hour", "songs_per_hour", LimitText::kCount, "Submissions within any hour; none: no limit"},
    {"--policy", "policy", LimitText::kWord,
     "Where its songs are made or bought: fleet_only, fleet_first, elevenlabs_first, elevenlabs_only or "
     "shadow"},
    {"--buy-again", "buys_again", LimitText::kYesOrNo,
     "yes or no: whether a song is bought again of which nobody knows whether it was paid for"},
    {"--spend-day", "spend_cents_per_day", LimitText::kDollars,
     "Dollars a day (UTC) for songs that are bought, like 12.50; none: no limit"},
    {"--spend-month", "spend_cents_per_month", LimitText::kDollars, "The same a month"},
    {"--weight", "weight", LimitText::kCount, "Its share of the workers where tenants compete, 1 to 1000"}};

struct TenantOptions {
  std::string id;
  std::map<std::string, std::string> limits;  // by the API's name, as they were written
  bool json = false;
};

std::string limit_of(const json& tenant, const char* name) {
  return number_of(tenant, name) ? concat(integer_of(tenant, name)) : "none";
}

std::string dollars_of(const json& tenant, const char* name) {
  return number_of(tenant, name) ? to_text(from_cents(integer_of(tenant, name))) : "none";
}

void print(const std::vector<json>& tenants, bool as_json, Console& console) {
  Table table({"TENANT", "CREATED", "QUEUED MAX", "RUNNING MAX", "SONGS AN HOUR", "POLICY", "$ A DAY",
               "$ A MONTH", "BUY AGAIN", "WEIGHT"});
  for (const json& tenant : tenants)
    if (as_json)
      console.out << tenant.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    else
      table.add({text_of(tenant, "id"), short_time(text_of(tenant, "created_at")),
                 limit_of(tenant, "max_queued"), limit_of(tenant, "max_running"),
                 limit_of(tenant, "songs_per_hour"), text_of(tenant, "policy"),
                 dollars_of(tenant, "spend_cents_per_day"), dollars_of(tenant, "spend_cents_per_month"),
                 is_true(tenant, "buys_again") ? "yes" : "no", concat(integer_of(tenant, "weight"))});
  if (!as_json) table.print(console.out, console.out_columns);
}

Result<std::vector<json>> only(Result<json> tenant) {
  if (!tenant) return Failure(tenant.error());
  return std::vector<json>(1, *std::move(tenant));
}

Result<json> value_of(const LimitOption& limit, const std::string& text) {
  if (limit.text == LimitText::kWord) return json(text);
  if (limit.text == LimitText::kYesOrNo) {
    if (text != "yes" && text != "no") return fail_field(limit.name, "must be yes or no, not ", text);
    return json(text == "yes");
  }
  if (text == "none") return json(nullptr);
  if (limit.text == LimitText::kDollars) {
    const Result<MicroDollars> amount = money_of(text);
    if (!amount || amount->value % from_cents(1).value != 0)
      return fail_field(limit.name, "must be dollars and cents, like 12.50, or none, not ", text);
    return json(amount->value / from_cents(1).value);
  }
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    return fail_field(limit.name, "must be a number or none, not ", text);
  return json(number);
}

// The limits that were given, as the API wants them.
Result<json> body_of(const TenantOptions& options) {
  json body = json::object();
  for (const LimitOption& limit : kLimitOptions) {
    const auto given = options.limits.find(limit.name);
    if (given == options.limits.end() || given->second.empty()) continue;
    body[limit.name] = MF_TRY(value_of(limit, given->second));
  }
  return body;
}

struct EraseOptions : RemovalOptions {
  std::string id;
};

Result<> erase(const EraseOptions& options, Context& context) {
  ApiClient admin(MF_TRY(admin_endpoint(context.access)), patient());
  const RemovalWords words{concat("Erase prompts, lyrics and audio of ", options.id, ":"),
                           "erased:", "would be erased"};
  const json counts = MF_TRY(remove_with_consent(concat(kPath, '/', path_segment(options.id), "/erase"),
                                                 json::object(), options, words, admin, context.console));
  if (counts.is_object() && integer_of(counts, "live") > 0)
    return fail(ErrorCode::kConflict, integer_of(counts, "live"), " jobs of ", options.id,
                " are not over and keep what they hold: cancel them or wait, then erase again");
  return {};
}

void add_erase(CLI::App& tenants, Context& context) {
  auto options = std::make_shared<EraseOptions>();
  CLI::App* command =
      tenants
          .add_subcommand(
              "erase",
              "Erase what the jobs of a tenant hold of it: prompts, lyrics, titles, metadata and songs. "
              "Times, states and attempts stay for the books")
          ->fallthrough();
  command->add_option("id", options->id, "The tenant's name")->required();
  add_removal_options(*command, *options);
  on_chosen(*command, context, [options, &context] { return erase(*options, context); });
}

}  // namespace

void add_tenants(CLI::App& app, Context& context) {
  auto options = std::make_shared<TenantOptions>();
  CLI::App* tenants = app.add_subcommand("tenants", "List, add, limit and erase tenants (admin API)");
  tenants->require_subcommand(1)->fallthrough();
  using Call = Result<std::vector<json>> (*)(ApiClient&, const TenantOptions&);
  const auto add = [&](const char* name, const char* what, Call call) {
    CLI::App* command = tenants->add_subcommand(name, what)->fallthrough();
    command->add_flag("--json", options->json, "JSON, one line a tenant");
    on_chosen(*command, context, [options, &context, call]() -> Result<> {
      ApiClient admin(MF_TRY(admin_endpoint(context.access)));
      print(MF_TRY(call(admin, *options)), options->json, context.console);
      return {};
    });
    return command;
  };
  const auto with_id = [&](CLI::App* command) {
    command->add_option("id", options->id, "The tenant's name")->required();
    return command;
  };
  const auto with_limits = [&](CLI::App* command) {
    for (const LimitOption& limit : kLimitOptions)
      command->add_option(limit.option, options->limits[limit.name], limit.what);
  };
  add("list", "Every tenant and its limits",
      [](ApiClient& admin, const TenantOptions&) -> Result<std::vector<json>> {
        const json answer = MF_TRY(admin.get(kPath));
        const json& list = array_of(answer, "tenants");
        return std::vector<json>(list.begin(), list.end());
      });
  with_id(add("show", "One tenant",
              [](ApiClient& admin, const TenantOptions& wanted) -> Result<std::vector<json>> {
                return only(admin.get(concat(kPath, '/', path_segment(wanted.id))));
              }));
  with_limits(with_id(add("add", "Make a tenant, for which keys can be made then",
                          [](ApiClient& admin, const TenantOptions& wanted) -> Result<std::vector<json>> {
                            json body = MF_TRY(body_of(wanted));
                            body["id"] = wanted.id;
                            return only(admin.post(kPath, body));
                          })));
  with_limits(with_id(add("set", "Change limits of a tenant, from now on; the others stay",
                          [](ApiClient& admin, const TenantOptions& wanted) -> Result<std::vector<json>> {
                            const json body = MF_TRY(body_of(wanted));
                            return only(admin.post(concat(kPath, '/', path_segment(wanted.id)), body));
                          })));
  add_erase(*tenants, context);
}

}  // namespace musicfleet::cli
