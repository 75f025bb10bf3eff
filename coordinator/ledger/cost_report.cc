#include "coordinator/ledger/cost_report.h"

namespace musicfleet::ledger {
namespace {

std::string day_of(WallTime at) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return concat(static_cast<int>(date.year()), '-', two(static_cast<unsigned>(date.month())), '-',
                two(static_cast<unsigned>(date.day())));
}

bool delivers(EntryKind kind) { return kind == EntryKind::kFleetSong || kind == EntryKind::kPurchase; }

// `vendor`: what the song would have cost at the vendor, of a row that delivers one.
void count(const LedgerEntry& entry, MicroDollars vendor, CostLine& line) {
  line.work += entry.work;
  if (delivers(entry.kind)) {
    line.song += entry.song;
    line.vendor_cost += vendor;
  }
  switch (entry.kind) {
    case EntryKind::kFleetSong:
      ++line.fleet_songs;
      line.fleet_cost += entry.amount;
      return;
    case EntryKind::kFleetWaste:
      line.fleet_cost += entry.amount;
      return;
    case EntryKind::kPurchase:
      ++line.bought_songs;
      line.bought_cost += entry.amount;
      return;
    case EntryKind::kShadowPurchase:
      ++line.shadow_songs;
      line.bought_cost += entry.amount;
      return;
    case EntryKind::kUnknownPurchase:
      ++line.unknown;
      line.bought_cost += entry.amount;
      return;
    case EntryKind::kRefund:
      --line.unknown;
      line.bought_cost += entry.amount;
      return;
    case EntryKind::kSale:
      line.sold += entry.amount;
      return;
  }
}

// Whole songs whose price comes to at least `amount`; unset for songs that bring nothing.
std::optional<std::int64_t> songs_for(MicroDollars amount, MicroDollars a_song) {
  if (a_song.value <= 0) return std::nullopt;
  return (amount.value + a_song.value - 1) / a_song.value;
}

void reckon(CostReport& report) {
  const CostBasis& basis = report.basis;
  const CostLine& total = report.total;
  const std::int64_t period = (basis.to - basis.from).count();
  report.server_cost = share(basis.server_month, period * basis.servers, kMonth.count());
  report.break_even_on_sales = songs_for(basis.server_month, basis.song_price);
  report.savings = total.vendor_cost - report.server_cost - total.bought_cost;
  if (period > 0 && basis.servers > 0)
    report.utilisation_permille = static_cast<int>(total.work.count() * 1'000 / (period * basis.servers));
  const std::int64_t songs = total.songs();
  if (songs == 0) return;
  report.cost_a_song = share(total.cost(), 1, songs);
  report.full_cost_a_song = share(report.server_cost + total.bought_cost, 1, songs);
  report.margin_a_song = basis.song_price - *report.cost_a_song;
  report.full_margin_a_song = basis.song_price - *report.full_cost_a_song;
  report.vendor_cost_a_song = share(total.vendor_cost, 1, songs);
  report.break_even_on_vendor = songs_for(basis.server_month, *report.vendor_cost_a_song);
}

}  // namespace

Result<CostReport> cost_report(const std::vector<LedgerEntry>& entries, CostBasis basis) {
  CostReport report;
  report.basis = std::move(basis);
  for (const LedgerEntry& entry : entries) {
    if (entry.at < report.basis.from || entry.at >= report.basis.to) continue;
    MicroDollars vendor;
    if (delivers(entry.kind))
      vendor = MF_TRY(report.basis.prices.price(report.basis.vendor_model, entry.song, entry.at)).amount;
    for (CostLine* line :
         {&report.total, &report.by_tenant[entry.tenant.value], &report.by_model[entry.model],
          &report.by_provider[entry.provider], &report.by_day[day_of(entry.at)]})
      count(entry, vendor, *line);
  }
  reckon(report);
  return report;
}

MicroDollars work_cost(MicroDollars server_month, std::chrono::milliseconds work) {
  return share_rounded_up(server_month, work.count(), kMonth.count());
}

}  // namespace musicfleet::ledger
