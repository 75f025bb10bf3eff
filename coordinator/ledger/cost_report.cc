#include "coordinator/ledger/cost_report.h"

#include "coordinator/ledger/day.h"

namespace musicfleet::ledger {
namespace {

bool delivers(EntryKind kind) { return kind == EntryKind::kFleetSong || kind == EntryKind::kPurchase; }

// `vendor`: what the song would have cost at the vendor, of a row that delivers one; unset: not known.
void count(const LedgerEntry& entry, const std::optional<MicroDollars>& vendor, CostLine& line) {
  line.work += entry.work;
  if (delivers(entry.kind)) {
    line.song += entry.song;
    line.vendor_cost += vendor.value_or(MicroDollars{});
    line.unpriced += !vendor;
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

void reckon(CostReport& report, std::chrono::milliseconds work_of_all) {
  const CostBasis& basis = report.basis;
  const CostLine& total = report.total;
  const std::int64_t period = (basis.to - basis.from).count();
  report.server_cost = share(basis.server_month, period * basis.servers, kMonth.count());
  if (basis.tenant)
    report.server_cost = work_of_all.count() == 0
                             ? MicroDollars{}
                             : share(report.server_cost, total.work.count(), work_of_all.count());
  report.break_even_on_sales = songs_for(basis.server_month, basis.song_price);
  if (total.unpriced == 0) report.savings = total.vendor_cost - report.server_cost - total.bought_cost;
  if (period > 0 && basis.servers > 0)
    report.utilisation_permille = static_cast<int>(total.work.count() * 1'000 / (period * basis.servers));
  const std::int64_t songs = total.songs();
  if (songs == 0) return;
  report.cost_a_song = share(total.cost(), 1, songs);
  report.full_cost_a_song = share(report.server_cost + total.bought_cost, 1, songs);
  report.margin_a_song = basis.song_price - *report.cost_a_song;
  report.full_margin_a_song = basis.song_price - *report.full_cost_a_song;
  if (songs == total.unpriced) return;
  report.vendor_cost_a_song = share(total.vendor_cost, 1, songs - total.unpriced);
  report.break_even_on_vendor = songs_for(basis.server_month, *report.vendor_cost_a_song);
}

}  // namespace

void CostTally::add(const LedgerEntry& entry) {
  const CostBasis& basis = report_.basis;
  if (entry.at < basis.from || entry.at >= basis.to) return;
  work_of_all_ += entry.work;
  if (basis.tenant && entry.tenant != *basis.tenant) return;
  std::optional<MicroDollars> vendor;
  if (delivers(entry.kind))
    if (const auto price = basis.prices.price(basis.vendor_model, entry.song, entry.at))
      vendor = price->amount;
  const std::string day = to_text(std::chrono::floor<std::chrono::days>(entry.at));
  for (CostLine* line :
       {&report_.total, &report_.by_tenant[entry.tenant.value], &report_.by_model[entry.model],
        &report_.by_provider[entry.provider], &report_.by_day[day]})
    count(entry, vendor, *line);
}

CostReport CostTally::report() const {
  CostReport report = report_;
  reckon(report, work_of_all_);
  return report;
}

CostReport cost_report(const std::vector<LedgerEntry>& entries, CostBasis basis) {
  CostTally tally(std::move(basis));
  for (const LedgerEntry& entry : entries) tally.add(entry);
  return tally.report();
}

MicroDollars work_cost(MicroDollars server_month, std::chrono::milliseconds work) {
  return share_rounded_up(server_month, work.count(), kMonth.count());
}

}  // namespace musicfleet::ledger
