#include "coordinator/cli/verbs/intake.h"

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/utc_time.h"
#include "coordinator/cli/wrapped_text.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/v1/intake";

struct IntakeOptions {
  std::string reason;
  bool json = false;
};

void print(const nlohmann::json& intake, bool as_json, Console& console) {
  if (as_json) {
    console.out << intake.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  if (!is_true(intake, "paused")) {
    console.out << "jobs are taken in\n";
    return;
  }
  const std::string reason = one_line(text_of(intake, "reason"));
  console.out << "the intake is paused since " << short_time(text_of(intake, "since"))
              << (reason.empty() ? "" : ": " + reason) << "; what is queued goes on\n";
}

}  // namespace

void add_intake(CLI::App& app, Context& context) {
  auto options = std::make_shared<IntakeOptions>();
  CLI::App* intake = app.add_subcommand("intake", "Pause and resume the intake of jobs (admin API)");
  intake->require_subcommand(1)->fallthrough();
  const auto add = [&](const char* name, const char* what, auto call) {
    CLI::App* command = intake->add_subcommand(name, what)->fallthrough();
    command->add_flag("--json", options->json, "JSON, as the API says it");
    on_chosen(*command, context, [options, &context, call]() -> Result<> {
      ApiClient admin(MF_TRY(admin_endpoint(context.access)));
      print(MF_TRY(call(admin, *options)), options->json, context.console);
      return {};
    });
    return command;
  };
  add("status", "Whether jobs are taken in",
      [](ApiClient& admin, const IntakeOptions&) { return admin.get(kPath); });
  add("pause", "Refuse new jobs until further notice; what is queued goes on, a restart changes nothing",
      [](ApiClient& admin, const IntakeOptions& wanted) {
        return admin.post(kPath, {{"paused", true}, {"reason", wanted.reason}});
      })
      ->add_option("--reason", options->reason, "For the other operators; clients are not told");
  add("resume", "Take jobs in again", [](ApiClient& admin, const IntakeOptions&) {
    return admin.post(kPath, {{"paused", false}});
  });
}

}  // namespace musicfleet::cli
