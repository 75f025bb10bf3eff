#include "coordinator/ledger/cost_report_text.h"

#include <nlohmann/json.hpp>

namespace musicfleet::ledger {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const CostLine& line) {
  return {{"songs", line.songs()},
          {"fleet_songs", line.fleet_songs},
          {"bought_songs", line.bought_songs},
          {"unknown_purchases", line.unknown},
          {"shadow_songs", line.shadow_songs},
          {"song_ms", line.song.count()},
          {"gpu_ms", line.work.count()},
          {"fleet_cost_micros", line.fleet_cost.value},
          {"bought_cost_micros", line.bought_cost.value},
          {"sold_micros", line.sold.value},
          {"vendor_cost_micros", line.vendor_cost.value}};
}

Json json_of(const std::map<std::string, CostLine>& lines) {
  Json all = Json::object();
  for (const auto& [name, line] : lines) all[name] = json_of(line);
  return all;
}

Json json_of(const std::optional<MicroDollars>& amount) { return amount ? Json(amount->value) : Json(); }
Json json_of(const std::optional<std::int64_t>& number) { return number ? Json(*number) : Json(); }

// A cell as RFC 4180 has it. One that begins like a formula is a tenant's name or a model's: an apostrophe
// keeps spreadsheets from carrying it out.
std::string cell(const std::string& text) {
  std::string safe = text;
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe.front()) != std::string_view::npos)
    safe.insert(safe.begin(), '\'');
  if (safe.find_first_of(",\"\r\n") == safe.npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

void add_line(std::string& csv, const char* kind, const std::string& name, const CostLine& line) {
  csv += concat(kind, ',', cell(name), ',', line.songs(), ',', line.fleet_songs, ',', line.bought_songs, ',',
                line.unknown, ',', line.shadow_songs, ',', line.song.count(), ',', line.work.count(), ',',
                to_text(line.fleet_cost), ',', to_text(line.bought_cost), ',', to_text(line.sold), ',',
                to_text(line.vendor_cost), "\r\n");
}

}  // namespace

std::string to_json(const CostReport& report) {
  const CostBasis& basis = report.basis;
  return Json{{"from_ms", basis.from.time_since_epoch().count()},
              {"to_ms", basis.to.time_since_epoch().count()},
              {"servers", basis.servers},
              {"server_month_micros", basis.server_month.value},
              {"song_price_micros", basis.song_price.value},
              {"server_cost_micros", report.server_cost.value},
              {"cost_a_song_micros", json_of(report.cost_a_song)},
              {"full_cost_a_song_micros", json_of(report.full_cost_a_song)},
              {"margin_a_song_micros", json_of(report.margin_a_song)},
              {"full_margin_a_song_micros", json_of(report.full_margin_a_song)},
              {"vendor_cost_a_song_micros", json_of(report.vendor_cost_a_song)},
              {"break_even_songs_a_month_on_sales", json_of(report.break_even_on_sales)},
              {"break_even_songs_a_month_on_vendor", json_of(report.break_even_on_vendor)},
              {"savings_micros", report.savings.value},
              {"utilisation_permille", report.utilisation_permille},
              {"total", json_of(report.total)},
              {"by_tenant", json_of(report.by_tenant)},
              {"by_model", json_of(report.by_model)},
              {"by_provider", json_of(report.by_provider)},
              {"by_day", json_of(report.by_day)}}
      .dump();
}

std::string to_csv(const CostReport& report) {
  std::string csv =
      "group,name,songs,fleet_songs,bought_songs,unknown_purchases,shadow_songs,song_ms,gpu_ms,"
      "fleet_cost,bought_cost,sold,vendor_cost\r\n";
  add_line(csv, "total", "", report.total);
  for (const auto& [name, line] : report.by_tenant) add_line(csv, "tenant", name, line);
  for (const auto& [name, line] : report.by_model) add_line(csv, "model", name, line);
  for (const auto& [name, line] : report.by_provider) add_line(csv, "provider", name, line);
  for (const auto& [name, line] : report.by_day) add_line(csv, "day", name, line);
  return csv;
}

}  // namespace musicfleet::ledger
