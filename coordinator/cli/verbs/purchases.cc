#include "coordinator/cli/verbs/purchases.h"

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/cost_text.h"
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

constexpr const char* kPath = "/admin/v1/purchases";
constexpr std::size_t kReasonInTable = 80;

struct ListOptions {
  bool unknown = false;
  int limit = 50;  // purchases a page
  bool all = false;
  bool json = false;
};

struct SettleOptions {
  std::string job;
  std::optional<int> epoch;
  bool paid = false;
  bool not_paid = false;
  std::string note;
  bool json = false;
};

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<> list(const ListOptions& options, ApiClient& admin, Console& console) {
  Table table({"INTENDED", "JOB", "EPOCH", "TENANT", "STATE", "SONG", "PRICE", "VENDOR'S SONG", "REASON"});
  std::int64_t before = 0;
  do {
    std::string path = concat(kPath, "?limit=", options.limit);
    if (options.unknown) path += "&unknown=true";
    if (before > 0) path += concat("&before=", before);
    const json page = MF_TRY(admin.get(path));
    for (const json& purchase : array_of(page, "purchases"))
      if (options.json)
        console.out << dump(purchase) << '\n';
      else
        table.add({short_time(text_of(purchase, "intended_at")), text_of(purchase, "job"),
                   concat(integer_of(purchase, "epoch")), text_of(purchase, "tenant"),
                   text_of(purchase, "state"),
                   span_text(std::chrono::milliseconds(integer_of(purchase, "song_ms"))),
                   dollars_text(integer_of(purchase, "price_micros")), text_of(purchase, "vendor_song"),
                   one_line(text_of(purchase, "reason"), kReasonInTable)});
    before = integer_of(page, "next_before");
  } while (options.all && before > 0);
  if (!options.json) table.print(console.out, console.out_columns);
  if (!options.json && before > 0) console.err << "there are more: --all shows every page" << std::endl;
  return {};
}

Result<> settle(const SettleOptions& options, ApiClient& admin, Console& console) {
  if (options.paid == options.not_paid)
    return fail(ErrorCode::kInvalidArgument, "say what the provider's account shows: --paid or --not-paid");
  json order{{"paid", options.paid}, {"note", options.note}};
  if (options.epoch) order["epoch"] = *options.epoch;
  const json purchase = MF_TRY(admin.post(concat(kPath, '/', path_segment(options.job), "/settle"), order));
  if (options.json)
    console.out << dump(purchase) << '\n';
  else
    console.out << options.job << ": " << dollars_text(integer_of(purchase, "price_micros"))
                << (options.paid ? " stay charged, without a song\n" : " are taken back\n");
  return {};
}

}  // namespace

void add_purchases(CLI::App& app, Context& context) {
  CLI::App* purchases =
      app.add_subcommand("purchases", "Songs that were bought, or may have been (admin API)");
  purchases->require_subcommand(1)->fallthrough();

  auto listed = std::make_shared<ListOptions>();
  CLI::App* command = purchases->add_subcommand("list", "Purchases, newest first")->fallthrough();
  command->add_flag("--unknown", listed->unknown,
                    "Only those of which nobody knows whether they were paid for");
  command->add_option("--limit", listed->limit, "Purchases a page, 1 to 200")->capture_default_str();
  command->add_flag("--all", listed->all, "Every page");
  command->add_flag("--json", listed->json, "JSON, one line a purchase");
  on_chosen(*command, context, [listed, &context]() -> Result<> {
    ApiClient admin(MF_TRY(admin_endpoint(context.access)));
    return list(*listed, admin, context.console);
  });

  auto settled = std::make_shared<SettleOptions>();
  command = purchases
                ->add_subcommand("settle",
                                 "Say whether a purchase with an unknown outcome was paid for, once the "
                                 "provider's account shows it")
                ->fallthrough();
  command->add_option("job", settled->job, "The job for which the song was to be bought")->required();
  command->add_flag("--paid", settled->paid, "The charge stays; there is no song for it");
  command->add_flag("--not-paid", settled->not_paid, "The charge is taken back");
  command->add_option("--epoch", settled->epoch, "Which one, where the job has several");
  command->add_option("--note", settled->note, "Where that was found out; kept with the purchase");
  command->add_flag("--json", settled->json, "JSON: the purchase");
  on_chosen(*command, context, [settled, &context]() -> Result<> {
    ApiClient admin(MF_TRY(admin_endpoint(context.access)));
    return settle(*settled, admin, context.console);
  });
}

}  // namespace musicfleet::cli
