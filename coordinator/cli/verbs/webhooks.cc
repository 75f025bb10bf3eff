#include "coordinator/cli/verbs/webhooks.h"

#include "common/secret_file.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/utc_time.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/v1/webhooks";

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

std::string path_of(const WebhooksOptions& options, const char* below = "") {
  return concat(kPath, '/', path_segment(options.id), below);
}

std::string events_of(const json& webhook) {
  std::string names;
  for (const json& event : array_of(webhook, "events"))
    if (event.is_string()) names += (names.empty() ? "" : " ") + event.get<std::string>();
  return or_dash(names);
}

std::string state_of(const json& webhook) {
  if (!is_true(webhook, "enabled")) return concat("disabled: ", text_of(webhook, "disabled_reason"));
  const std::int64_t failures = integer_of(webhook, "failures");
  if (failures == 0) return "ok";
  return concat(failures, " failures since ", short_time(text_of(webhook, "failing_since")));
}

void print_secret(const json& webhook, bool as_json, Console& console) {
  if (as_json) {
    console.out << dump(webhook) << '\n';
    return;
  }
  console.out << text_of(webhook, "secret") << '\n';
  console.err << "webhook " << text_of(webhook, "id") << " of tenant " << text_of(webhook, "tenant")
              << "; its secret is shown this once only" << std::endl;
}

Result<> change_state(const WebhooksOptions& options, const char* below, const char* is_now, ApiClient& admin,
                      Console& console) {
  const json webhook = MF_TRY(admin.post(path_of(options, below), json::object()));
  if (options.json)
    console.out << dump(webhook) << '\n';
  else
    console.out << "webhook " << options.id << " is " << is_now << '\n';
  return {};
}

}  // namespace

Result<> add_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  json wanted{{"url", options.url}, {"description", options.description}};
  if (!options.tenant.empty()) wanted["tenant"] = options.tenant;
  if (!options.events.empty()) wanted["events"] = options.events;
  if (!options.secret_file.empty()) wanted["secret"] = MF_TRY(read_secret_file(options.secret_file));
  const json webhook = MF_TRY(admin.post(kPath, wanted));
  print_secret(webhook, options.json, console);
  return {};
}

Result<> rotate_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  const json webhook =
      MF_TRY(admin.post(path_of(options, "/rotate"), {{"overlap_seconds", options.overlap_hours * 3600}}));
  print_secret(webhook, options.json, console);
  return {};
}

Result<> list_webhooks(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  const std::string query = options.tenant.empty() ? "" : "?tenant=" + path_segment(options.tenant);
  const json answer = MF_TRY(admin.get(kPath + query));
  Table table({"WEBHOOK", "TENANT", "URL", "EVENTS", "STATE"});
  for (const json& webhook : array_of(answer, "webhooks"))
    if (options.json)
      console.out << dump(webhook) << '\n';
    else
      table.add({text_of(webhook, "id"), text_of(webhook, "tenant"), text_of(webhook, "url"),
                 events_of(webhook), state_of(webhook)});
  if (!options.json) table.print(console.out);
  return {};
}

Result<> enable_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  return change_state(options, "/enable", "enabled", admin, console);
}

Result<> disable_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  return change_state(options, "/disable", "disabled", admin, console);
}

Result<> remove_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  MF_TRY(admin.remove(path_of(options)));
  if (options.json)
    console.out << dump({{"id", options.id}, {"removed", true}}) << '\n';
  else
    console.out << "webhook " << options.id << " is removed\n";
  return {};
}

Result<> list_deliveries(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  std::string query = concat("/deliveries?limit=", options.limit);
  if (!options.state.empty()) query += "&state=" + path_segment(options.state);
  const json answer = MF_TRY(admin.get(path_of(options, query.c_str())));
  Table table({"DELIVERY", "JOB", "EVENT", "AT", "STATE", "ATTEMPTS", "NEXT", "PROBLEM"});
  for (const json& delivery : array_of(answer, "deliveries"))
    if (options.json)
      console.out << dump(delivery) << '\n';
    else
      table.add({text_of(delivery, "id"), text_of(delivery, "job"), text_of(delivery, "event"),
                 short_time(text_of(delivery, "created_at")), text_of(delivery, "state"),
                 std::to_string(integer_of(delivery, "attempts")),
                 or_dash(short_time(text_of(delivery, "next_at"))), or_dash(text_of(delivery, "problem"))});
  if (!options.json) table.print(console.out);
  return {};
}

Result<> resend_delivery(const WebhooksOptions& options, ApiClient& admin, Console& console) {
  const std::string below = concat("/deliveries/", path_segment(options.delivery), "/resend");
  MF_TRY(admin.post(path_of(options, below.c_str()), json::object()));
  if (options.json)
    console.out << dump({{"id", options.delivery}, {"webhook", options.id}, {"resent", true}}) << '\n';
  else
    console.out << "delivery " << options.delivery << " is sent again\n";
  return {};
}

void add_webhooks(CLI::App& app, Context& context) {
  auto options = std::make_shared<WebhooksOptions>();
  CLI::App* webhooks = app.add_subcommand("webhooks", "Who is told what happens to jobs (admin API)");
  webhooks->require_subcommand(1)->fallthrough();
  const auto add = [&](const char* name, const char* what,
                       Result<> (*verb)(const WebhooksOptions&, ApiClient&, Console&)) {
    CLI::App* command = webhooks->add_subcommand(name, what)->fallthrough();
    command->add_flag("--json", options->json, "JSON, one line an object");
    on_chosen(*command, context, [options, &context, verb]() -> Result<> {
      ApiClient admin(MF_TRY(admin_endpoint(context.access)));
      return verb(*options, admin, context.console);
    });
    return command;
  };
  const auto add_with_id = [&](const char* name, const char* what, auto verb) {
    CLI::App* command = add(name, what, verb);
    command->add_option("id", options->id, "The webhook's id")->required();
    return command;
  };
  add("list", "Every webhook and how it is doing", list_webhooks)
      ->add_option("--tenant", options->tenant, "Only of this tenant");
  CLI::App* make = add("add", "Send events to a URL from now on; prints the secret", add_webhook);
  make->add_option("url", options->url, "An https URL")->required();
  make->add_option(
      "--event", options->events,
      "job.leased, job.succeeded, job.failed or job.cancelled; may be repeated. By default every "
      "end of a job");
  make->add_option("--tenant", options->tenant, "Whose jobs it is told of; by default `default`");
  make->add_option("--description", options->description, "What it is for, shown in lists");
  make->add_option("--secret-file", options->secret_file, "A file with a secret (whsec_…) to use");
  add_with_id("rotate", "Give it a new secret and print it", rotate_webhook)
      ->add_option("--overlap-hours", options->overlap_hours, "For which the secret so far signs as well")
      ->check(CLI::Range(0, 7 * 24))
      ->capture_default_str();
  add_with_id("enable", "Send to it, what waits for it first", enable_webhook);
  add_with_id("disable", "Send nothing to it", disable_webhook);
  add_with_id("remove", "Remove it and all its deliveries", remove_webhook);
  CLI::App* sent = add_with_id("deliveries", "What it was sent, newest first", list_deliveries);
  sent->add_option("--state", options->state, "waiting, delivered or failed");
  sent->add_option("--limit", options->limit, "How many at most")->check(CLI::Range(1, 200));
  add_with_id("resend", "Send a delivery again under its id", resend_delivery)
      ->add_option("delivery", options->delivery, "The delivery's id")
      ->required();
}

}  // namespace musicfleet::cli
