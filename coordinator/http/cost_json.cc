#include "coordinator/http/cost_json.h"

#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;
using Kind = FieldKind;

constexpr FieldRule integer(std::string_view name, std::string_view description = {}) {
  return {.name = name, .kind = Kind::kInteger, .description = description, .required = true};
}
constexpr FieldRule figure(std::string_view name, std::string_view description = {}) {
  return {
      .name = name, .kind = Kind::kInteger, .description = description, .required = true, .nullable = true};
}

constexpr FieldRule kLineFields[] = {
    integer("songs", "delivered"),
    integer("fleet_songs", "of these made here"),
    integer("bought_songs", "of these bought"),
    integer("unknown_purchases", "outcome not known: count at full price until they are settled"),
    integer("shadow_songs", "bought only to be compared"),
    integer("song_ms", "length of what was delivered"),
    integer("gpu_ms", "work of our GPUs, in vain or not"),
    integer("fleet_cost_micros", "of that work"),
    integer("bought_cost_micros", "purchases of all kinds, less refunds"),
    integer("sold_micros", "what the songs were sold for"),
    integer("vendor_cost_micros", "of the same songs, had the vendor made them all"),
    integer("unpriced_songs", "of the songs: for these no price of the vendor is known")};

constexpr FieldRule group(std::string_view name, std::string_view description) {
  return {.name = name, .kind = Kind::kObject, .description = description, .required = true};
}

constexpr FieldRule kReportFields[] = {
    {.name = "from", .required = true, .format = "date-time"},
    {.name = "to", .description = "not part of the period", .required = true, .format = "date-time"},
    {.name = "tenant", .description = "null: all of them", .required = true, .nullable = true},
    integer("servers", "that are paid for throughout"),
    integer("server_month_micros", "rent of one for a twelfth of a year"),
    integer("song_price_micros", "at which margins are reckoned"),
    {.name = "vendor_model", .required = true},
    integer("server_cost_micros", "rent of the period, idle hours included; of one tenant its part by work"),
    figure("cost_a_song_micros", "marginal: the work done and what was bought"),
    figure("full_cost_a_song_micros", "the whole rent and what was bought"),
    figure("margin_a_song_micros", "by the marginal cost"),
    figure("full_margin_a_song_micros", "by the full cost"),
    figure("vendor_cost_a_song_micros", "on average"),
    figure("break_even_songs_a_month_on_sales", "whose price pays the rent of one server"),
    figure("break_even_songs_a_month_on_vendor", "that cost as much at the vendor as one server"),
    figure("savings_micros", "against buying all of them; below 0: a loss"),
    integer("utilisation_permille", "of the servers' time"),
    {.name = "total", .kind = Kind::kObject, .required = true, .members = kLineFields, .schema = "CostLine"},
    group("by_tenant", "a CostLine for each name"),
    group("by_model", "a CostLine for each name"),
    group("by_provider", "a CostLine for each name"),
    group("by_day", "a CostLine for each day in UTC")};

ordered_json json_of(const ledger::CostLine& line) {
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
          {"vendor_cost_micros", line.vendor_cost.value},
          {"unpriced_songs", line.unpriced}};
}

ordered_json json_of(const std::map<std::string, ledger::CostLine>& lines) {
  ordered_json all = ordered_json::object();
  for (const auto& [name, line] : lines) all[name] = json_of(line);
  return all;
}

ordered_json json_of(const std::optional<MicroDollars>& amount) {
  return amount ? ordered_json(amount->value) : ordered_json(nullptr);
}

ordered_json json_of(const std::optional<std::int64_t>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

}  // namespace

ordered_json cost_json(const ledger::CostReport& report) {
  const ledger::CostBasis& basis = report.basis;
  return {{"from", rfc3339(basis.from)},
          {"to", rfc3339(basis.to)},
          {"tenant", basis.tenant ? ordered_json(basis.tenant->value) : ordered_json(nullptr)},
          {"servers", basis.servers},
          {"server_month_micros", basis.server_month.value},
          {"song_price_micros", basis.song_price.value},
          {"vendor_model", basis.vendor_model},
          {"server_cost_micros", report.server_cost.value},
          {"cost_a_song_micros", json_of(report.cost_a_song)},
          {"full_cost_a_song_micros", json_of(report.full_cost_a_song)},
          {"margin_a_song_micros", json_of(report.margin_a_song)},
          {"full_margin_a_song_micros", json_of(report.full_margin_a_song)},
          {"vendor_cost_a_song_micros", json_of(report.vendor_cost_a_song)},
          {"break_even_songs_a_month_on_sales", json_of(report.break_even_on_sales)},
          {"break_even_songs_a_month_on_vendor", json_of(report.break_even_on_vendor)},
          {"savings_micros", json_of(report.savings)},
          {"utilisation_permille", report.utilisation_permille},
          {"total", json_of(report.total)},
          {"by_tenant", json_of(report.by_tenant)},
          {"by_model", json_of(report.by_model)},
          {"by_provider", json_of(report.by_provider)},
          {"by_day", json_of(report.by_day)}};
}

JsonSchema cost_schema() { return {"CostReport", kReportFields}; }

}  // namespace musicfleet::http
