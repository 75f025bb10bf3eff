#include "coordinator/dispatch/ledger_rows.h"

#include "coordinator/ledger/cost_report.h"

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

// A worker's claims are not believed beyond this.
constexpr Milliseconds kMostWork = std::chrono::hours(24);

}  // namespace

std::optional<LedgerEntry> fleet_row(const LiveJob& live, AttemptOutcome outcome, const Instant& now,
                                     const Settings& settings) {
  const Job& job = live.job;
  const bool is_song = outcome == AttemptOutcome::kSucceeded && job.audio;
  Milliseconds work{0};
  if (live.begun_at) work = now.steady - *live.begun_at;
  if (is_song && job.audio->generate_time.count() > 0) work = job.audio->generate_time;
  work = std::clamp(work, Milliseconds(0), kMostWork);
  if (!is_song && work.count() == 0) return std::nullopt;
  LedgerEntry row;
  row.at = now.wall;
  row.kind = is_song ? EntryKind::kFleetSong : EntryKind::kFleetWaste;
  row.tenant = job.tenant;
  row.job = job.id;
  row.epoch = job.epoch;
  row.provider = "fleet";
  row.model = is_song && !job.audio->model.empty() ? job.audio->model : live.lease_model;
  row.song = is_song ? std::max(job.audio->duration, Milliseconds(0)) : Milliseconds(0);
  row.work = work;
  row.amount = ledger::work_cost(settings.server_month, work);
  return row;
}

LedgerEntry sale_row(const Job& job, const Instant& now, const Settings& settings) {
  LedgerEntry row;
  row.at = now.wall;
  row.kind = EntryKind::kSale;
  row.tenant = job.tenant;
  row.job = job.id;
  row.epoch = job.epoch;
  row.provider = job.worker.value == kElevenLabs ? std::string(kElevenLabs) : "fleet";
  row.model = job.audio->model;
  row.song = std::max(job.audio->duration, Milliseconds(0));
  row.amount = settings.song_price;
  return row;
}

}  // namespace musicfleet::dispatch
