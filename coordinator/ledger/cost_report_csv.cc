#include "coordinator/ledger/cost_report_csv.h"

namespace musicfleet::ledger {
namespace {

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
                to_text(line.vendor_cost), ',', line.unpriced, "\r\n");
}

}  // namespace

std::string to_csv(const CostReport& report) {
  std::string csv =
      "group,name,songs,fleet_songs,bought_songs,unknown_purchases,shadow_songs,song_ms,gpu_ms,"
      "fleet_cost,bought_cost,sold,vendor_cost,unpriced_songs\r\n";
  add_line(csv, "total", "", report.total);
  for (const auto& [name, line] : report.by_tenant) add_line(csv, "tenant", name, line);
  for (const auto& [name, line] : report.by_model) add_line(csv, "model", name, line);
  for (const auto& [name, line] : report.by_provider) add_line(csv, "provider", name, line);
  for (const auto& [name, line] : report.by_day) add_line(csv, "day", name, line);
  return csv;
}

}  // namespace musicfleet::ledger
