#include "coordinator/cli/verbs/top.h"

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/live_screen.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cmath>
#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/v1/overview";

struct TopOptions {
  bool once = false;
  bool json = false;
  double interval_seconds = 1;
};

Result<> show_once(const TopOptions& options, ApiClient& admin, Console& console) {
  const json overview = MF_TRY(admin.get(kPath));
  if (options.json) {
    console.out << overview.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    return {};
  }
  for (const std::string& line : top_frame(overview, admin.url(), {console.out_columns, 0}))
    console.out << line << '\n';
  return {};
}

Result<> show_live(const TopOptions& options, ApiClient& admin, const std::stop_token& stop) {
  // What is wrong with the key or the URL is said in the ordinary way.
  Result<json> overview = admin.get(kPath, stop);
  if (!overview) return Failure(overview.error());
  LiveScreen screen = MF_TRY(LiveScreen::open(STDIN_FILENO, STDOUT_FILENO));
  const std::chrono::milliseconds interval(std::llround(options.interval_seconds * 1000));
  json last = *overview;
  while (true) {
    std::vector<std::string> lines = top_frame(last, admin.url(), screen.size());
    if (!overview)
      lines.insert(lines.begin(), one_line("NO ANSWER, last picture below; " + overview.error().message,
                                           screen.size().columns));
    screen.draw(lines);
    const LiveScreen::Wake wake = screen.wait(interval, stop);
    if (wake == LiveScreen::Wake::kQuit) return {};
    if (wake == LiveScreen::Wake::kResized) continue;
    overview = admin.get(kPath, stop);
    if (overview) last = *overview;
  }
}

}  // namespace

void add_top(CLI::App& app, Context& context) {
  auto options = std::make_shared<TopOptions>();
  CLI::App* top =
      app.add_subcommand("top",
                         "The fleet at a glance, live: queue, workers, throughput, failures; q leaves "
                         "(admin API)")
          ->fallthrough();
  top->add_flag("--once", options->once, "Print one picture and leave");
  top->add_flag("--json", options->json, "Print one as JSON and leave");
  top->add_option("--interval", options->interval_seconds, "Seconds between pictures, 0.1 to 3600")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  on_chosen(*top, context, [options, &context]() -> Result<> {
    ApiClient admin(MF_TRY(admin_endpoint(context.access)));
    if (options->once || options->json) return show_once(*options, admin, context.console);
    return show_live(*options, admin, context.watch_interrupts());
  });
}

}  // namespace musicfleet::cli
