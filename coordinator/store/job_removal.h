// Takes jobs that are over out of the database, or parts of them: their songs, their history, what their
// owner wrote. What it takes of the audio store is only noted here (removals): the files go after the commit,
// by whoever calls begin_removals(); songs that were bought to be compared go with those of their job.
// What was paid stays (schema/009_ledger.sql). Opens no transaction of its own; callers keep the lists short,
// so that commits do not wait. One thread.
#pragma once

#include "coordinator/store/database.h"

#include <vector>

namespace musicfleet::store {

struct RemovalCounts {
  int jobs = 0;      // that were removed or changed
  int events = 0;    // lines of history
  int attempts = 0;  // rows of leases
  int songs = 0;     // jobs whose song goes
  int live = 0;      // jobs that are not over: left as they are

  RemovalCounts& operator+=(const RemovalCounts& other);
  bool operator==(const RemovalCounts&) const = default;
};

class JobRemoval {
 public:
  explicit JobRemoval(Database& database) : database_(database) {}

  // Each passes over jobs that are not there or have nothing left to take.
  //
  // The job with everything of it: history, attempts, idempotency key, messages about it, song.
  Result<RemovalCounts> purge(const std::vector<JobId>& jobs, WallTime at);
  // The song; the job keeps its facts and says since when it is gone.
  Result<RemovalCounts> remove_songs(const std::vector<JobId>& jobs, WallTime at);
  // The lines of its history.
  Result<RemovalCounts> remove_history(const std::vector<JobId>& jobs, WallTime at);
  // Prompt, lyrics, title, metadata (also in messages about it) and song; times, states, attempts and history
  // stay for the books.
  Result<RemovalCounts> erase(const std::vector<JobId>& jobs, WallTime at);
  // Idempotency keys that no longer stand for anything, at most `limit`; how many.
  Result<int> forget_keys(WallTime now, int limit);

  // Jobs whose songs are still to be removed from the audio store: by id, after that one, at most `limit`.
  // Forgets what was bought for them: whatever is known from now on has arrived since.
  Result<std::vector<JobId>> begin_removals(const JobId& after, int limit);
  // What was there is gone from the audio store. False where a song has arrived meanwhile, which is still to
  // be removed.
  Result<bool> songs_removed(const JobId& job);

 private:
  enum class State { kUnknown, kLive, kEnded };

  Result<State> state_of(const JobId& job);
  // Whether the job had a song of its own that was not removed yet. Notes that its songs go.
  Result<bool> remove_song(const JobId& job, WallTime at);

  Database& database_;
};

}  // namespace musicfleet::store
