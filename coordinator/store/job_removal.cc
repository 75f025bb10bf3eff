#include "coordinator/store/job_removal.h"

namespace musicfleet::store {

RemovalCounts& RemovalCounts::operator+=(const RemovalCounts& other) {
  jobs += other.jobs;
  events += other.events;
  attempts += other.attempts;
  songs += other.songs;
  live += other.live;
  return *this;
}

constexpr char kSelectEnded[] = "SELECT finished_at IS NOT NULL FROM jobs WHERE id = ?1";

Result<JobRemoval::State> JobRemoval::state_of(const JobId& job) {
  Rows rows = MF_TRY(database_.query(kSelectEnded, job));
  if (!MF_TRY(rows.next())) return State::kUnknown;
  return rows.integer(0) ? State::kEnded : State::kLive;
}

constexpr char kNoteRemoval[] =
    "INSERT INTO removals (job, what, at) VALUES (?1, 'job', ?2) "
    "ON CONFLICT (job) DO UPDATE SET what = excluded.what, at = excluded.at";
constexpr char kHasSong[] =
    "SELECT 1 FROM jobs WHERE id = ?1 AND audio IS NOT NULL AND audio ->> '$.removed_at' IS NULL";
constexpr char kForgetKeysOfJob[] = "DELETE FROM idempotency WHERE job = ?1";
constexpr char kDeleteEvents[] = "DELETE FROM events WHERE job = ?1";
constexpr char kDeleteAttempts[] = "DELETE FROM attempts WHERE job = ?1";
constexpr char kDeleteDeliveries[] = "DELETE FROM webhook_deliveries WHERE job = ?1";
constexpr char kDeleteJob[] = "DELETE FROM jobs WHERE id = ?1";

Result<RemovalCounts> JobRemoval::purge(const std::vector<JobId>& jobs, WallTime at) {
  RemovalCounts counts;
  for (const JobId& job : jobs) {
    const State state = MF_TRY(state_of(job));
    if (state == State::kLive) ++counts.live;
    if (state != State::kEnded) continue;
    Rows song = MF_TRY(database_.query(kHasSong, job));
    if (MF_TRY(song.next())) ++counts.songs;
    MF_TRY(database_.run(kNoteRemoval, job, at));
    MF_TRY(database_.run(kForgetKeysOfJob, job));
    MF_TRY(database_.run(kDeleteDeliveries, job));
    counts.events += MF_TRY(database_.run(kDeleteEvents, job));
    counts.attempts += MF_TRY(database_.run(kDeleteAttempts, job));
    counts.jobs += MF_TRY(database_.run(kDeleteJob, job));
  }
  return counts;
}

constexpr char kMarkSong[] =
    "UPDATE jobs SET audio = json_set(audio, '$.removed_at', ?2) "
    "WHERE id = ?1 AND audio IS NOT NULL AND audio ->> '$.removed_at' IS NULL";
constexpr char kNoteSongs[] =
    "INSERT INTO removals (job, what, at) VALUES (?1, 'songs', ?2) ON CONFLICT (job) DO NOTHING";

constexpr char kHasBoughtSong[] =
    "SELECT 1 FROM purchases WHERE job = ?1 AND object <> '' "
    "AND EXISTS (SELECT 1 FROM jobs WHERE id = ?1 AND finished_at IS NOT NULL)";

Result<bool> JobRemoval::remove_song(const JobId& job, WallTime at) {
  const bool had_song = MF_TRY(database_.run(kMarkSong, job, at)) > 0;
  bool has_bought = false;
  if (!had_song) {
    Rows bought = MF_TRY(database_.query(kHasBoughtSong, job));
    has_bought = MF_TRY(bought.next());
  }
  if (had_song || has_bought) MF_TRY(database_.run(kNoteSongs, job, at));
  return had_song;
}

Result<RemovalCounts> JobRemoval::remove_songs(const std::vector<JobId>& jobs, WallTime at) {
  RemovalCounts counts;
  for (const JobId& job : jobs) {
    if (MF_TRY(state_of(job)) == State::kLive) ++counts.live;
    if (!MF_TRY(remove_song(job, at))) continue;
    ++counts.jobs;
    ++counts.songs;
  }
  return counts;
}

constexpr char kMarkHistory[] =
    "UPDATE jobs SET history_removed_at = ?2 WHERE id = ?1 AND finished_at IS NOT NULL";

Result<RemovalCounts> JobRemoval::remove_history(const std::vector<JobId>& jobs, WallTime at) {
  RemovalCounts counts;
  for (const JobId& job : jobs) {
    if (MF_TRY(database_.run(kMarkHistory, job, at)) == 0) {
      if (MF_TRY(state_of(job)) == State::kLive) ++counts.live;
      continue;
    }
    const int events = MF_TRY(database_.run(kDeleteEvents, job));
    counts.events += events;
    if (events > 0) ++counts.jobs;
  }
  return counts;
}

constexpr char kErase[] =
    "UPDATE jobs SET spec = json_set(spec, '$.prompt', '', '$.lyrics', '', '$.title', ''), metadata = '{}', "
    "vendor_order = '', "
    "erased_at = ?2 WHERE id = ?1 AND finished_at IS NOT NULL AND erased_at IS NULL";
constexpr char kEraseDeliveries[] =
    "UPDATE webhook_deliveries SET facts = json_set(facts, '$.metadata', json('{}')) WHERE job = ?1";

Result<RemovalCounts> JobRemoval::erase(const std::vector<JobId>& jobs, WallTime at) {
  RemovalCounts counts;
  for (const JobId& job : jobs) {
    if (MF_TRY(state_of(job)) == State::kLive) {
      ++counts.live;
      continue;
    }
    const int changed = MF_TRY(database_.run(kErase, job, at));
    if (changed > 0) MF_TRY(database_.run(kEraseDeliveries, job));
    const bool had_song = MF_TRY(remove_song(job, at));
    counts.songs += had_song;
    if (changed > 0 || had_song) ++counts.jobs;
  }
  return counts;
}

constexpr char kForgetKeys[] =
    "DELETE FROM idempotency WHERE (tenant, key) IN (SELECT tenant, key FROM idempotency "
    "INDEXED BY idempotency_by_expiry WHERE expires_at <= ?1 LIMIT ?2)";

Result<int> JobRemoval::forget_keys(WallTime now, int limit) {
  return database_.run(kForgetKeys, now, std::int64_t{limit});
}

constexpr char kSelectRemovals[] = "SELECT job FROM removals WHERE job > ?1 ORDER BY job LIMIT ?2";
constexpr char kForgetBoughtSongs[] = "UPDATE purchases SET object = '' WHERE job = ?1 AND object <> ''";

Result<std::vector<JobId>> JobRemoval::begin_removals(const JobId& after, int limit) {
  Rows rows = MF_TRY(database_.query(kSelectRemovals, after, std::int64_t{limit}));
  std::vector<JobId> jobs;
  while (MF_TRY(rows.next())) jobs.push_back(JobId{rows.text(0)});
  for (const JobId& job : jobs) MF_TRY(database_.run(kForgetBoughtSongs, job));
  return jobs;
}

constexpr char kEndRemoval[] =
    "DELETE FROM removals WHERE job = ?1 "
    "AND NOT EXISTS (SELECT 1 FROM purchases WHERE job = ?1 AND object <> '')";

Result<bool> JobRemoval::songs_removed(const JobId& job) {
  return MF_TRY(database_.run(kEndRemoval, job)) > 0;
}

}  // namespace musicfleet::store
