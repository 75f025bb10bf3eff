#include "coordinator/cli/cost_text.h"

#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/utc_time.h"
#include "coordinator/money.h"

#include <nlohmann/json.hpp>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kLabelWidth = 30;

// What is null is not known, or has no meaning where there is no song.
std::string money(const json& object, const char* name) {
  return number_of(object, name) ? dollars_text(integer_of(object, name)) : "–";
}

std::string count(const json& object, const char* name) {
  return number_of(object, name) ? concat(integer_of(object, name)) : "–";
}

void say(Console& console, const std::string& label, const std::string& text) {
  console.out << label << std::string(label.size() < kLabelWidth ? kLabelWidth - label.size() : 1, ' ')
              << text << '\n';
}

std::string songs_text(const json& total) {
  std::string text = concat(integer_of(total, "songs"), ": ", integer_of(total, "fleet_songs"),
                            " made here, ", integer_of(total, "bought_songs"), " bought");
  if (const auto unknown = integer_of(total, "unknown_purchases"); unknown != 0)
    text += concat("; ", unknown, " purchases with an unknown outcome");
  if (const auto shadows = integer_of(total, "shadow_songs"); shadows != 0)
    text += concat("; ", shadows, " bought to compare");
  return text;
}

std::string permille_text(std::int64_t permille) { return concat(permille / 10, '.', permille % 10, " %"); }

void summarise(const json& report, Console& console) {
  const json& total = object_of(report, "total");
  const std::string tenant = text_of(report, "tenant");
  const auto servers = integer_of(report, "servers");
  say(console, "period",
      concat(short_time(text_of(report, "from")), " to ", short_time(text_of(report, "to")), " UTC",
             tenant.empty() ? "" : ", tenant ", tenant));
  say(console, "songs", songs_text(total));
  say(console, "rent",
      concat(money(report, "server_cost_micros"), " for ", servers, servers == 1 ? " server" : " servers",
             " at ", money(report, "server_month_micros"), " a month, ",
             permille_text(integer_of(report, "utilisation_permille")), " of it at work"));
  say(console, "bought for", money(total, "bought_cost_micros"));
  say(console, "sold for", money(total, "sold_micros"));
  say(console, "cost a song",
      concat(money(report, "cost_a_song_micros"), " marginal, ", money(report, "full_cost_a_song_micros"),
             " with idle hours"));
  say(console, "margin at " + money(report, "song_price_micros"),
      concat(money(report, "margin_a_song_micros"), " marginal, ", money(report, "full_margin_a_song_micros"),
             " with idle hours"));
  say(console, "at ElevenLabs",
      concat(money(total, "vendor_cost_micros"), ", a song ", money(report, "vendor_cost_a_song_micros")));
  say(console, "saved", money(report, "savings_micros"));
  say(console, "songs a month that pay a server",
      concat(count(report, "break_even_songs_a_month_on_sales"), " sold; ",
             count(report, "break_even_songs_a_month_on_vendor"), " not bought at ElevenLabs"));
  if (const auto unpriced = integer_of(total, "unpriced_songs"); unpriced > 0)
    console.err
        << "for " << unpriced
        << " songs no price of ElevenLabs is known: put it into elevenlabs.prices of the configuration"
        << std::endl;
}

}  // namespace

std::string dollars_text(std::int64_t micros) {
  const std::string text = to_text(MicroDollars{micros});
  return micros < 0 ? "-$" + text.substr(1) : "$" + text;
}

void print_costs(const json& report, Console& console) {
  summarise(report, console);
  for (const auto& [heading, group] : {std::pair("TENANT", "by_tenant"), std::pair("MODEL", "by_model"),
                                       std::pair("PROVIDER", "by_provider"), std::pair("DAY", "by_day")}) {
    const json& lines = object_of(report, group);
    if (lines.empty()) continue;
    Table table({heading, "SONGS", "MADE", "BOUGHT", "UNKNOWN", "GPU TIME", "GPU COST", "BOUGHT FOR",
                 "SOLD FOR", "AT ELEVENLABS"});
    for (const auto& [name, line] : lines.items())
      table.add({name, count(line, "songs"), count(line, "fleet_songs"), count(line, "bought_songs"),
                 count(line, "unknown_purchases"),
                 span_text(std::chrono::milliseconds(integer_of(line, "gpu_ms"))),
                 money(line, "fleet_cost_micros"), money(line, "bought_cost_micros"),
                 money(line, "sold_micros"), money(line, "vendor_cost_micros")});
    console.out << '\n';
    table.print(console.out, console.out_columns);
  }
}

}  // namespace musicfleet::cli
