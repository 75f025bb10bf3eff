// Lets go of what nobody keeps any longer: jobs, songs and history whose time is over, what an operator
// purges or a tenant wants erased, and files that no job knows. Everything goes in short batches, each a
// commit that others share, and files go after the commit that says so. Loop thread; files are touched on the
// file pool.
#pragma once

#include "common/clock.h"
#include "common/log.h"
#include "coordinator/backend/job_board.h"
#include "coordinator/http/backend.h"
#include "coordinator/retention_policy.h"
#include "coordinator/storage/audio_store.h"
#include "coordinator/storage/file_pool.h"
#include "coordinator/store/reader_pool.h"
#include "coordinator/store/store_thread.h"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <set>

namespace musicfleet::backend {

// What it works with; all of it outlives it.
struct RetentionParts {
  const Clock& clock;
  store::StoreThread& store;
  store::ReaderPool& readers;
  JobBoard& board;
  const AudioStore& audio;
  FilePool& files;
};

// Some of the jobs that are over.
struct EndedFilter {
  std::optional<TenantId> tenant = {};  // unset: of all
  std::optional<JobState> state = {};   // unset: however they ended
  WallTime ended_before = WallTime::max();

  // Finds all that it admits, and others: what ended before was created before.
  store::EndedJobsQuery query() const {
    store::EndedJobsQuery wanted;
    wanted.tenant = tenant;
    wanted.created_before = ended_before;
    return wanted;
  }
  bool admits(const store::EndedJob& job) const {
    return job.finished_at < ended_before && (!state || job.state == *state);
  }
};

// Of the audio store's folder.
struct SweepCounts {
  int jobs = 0;     // that have songs there
  int removed = 0;  // objects of uploads that were never recorded
  int unknown = 0;  // folders of jobs that the store does not know: reported, never removed
};

class Retention {
 public:
  // Jobs in one piece of the store's work: some milliseconds.
  static constexpr int kBatch = 32;

  Retention(RetentionParts parts, const RetentionPolicy& policy, Log log);

  // Removes everything whose time is over now, the files of earlier removals as well. Files that the disk
  // does not let go are only logged.
  http::Awaitable<store::RemovalCounts> expire();

  // What operators order; jobs that are not over are counted and stay. Completes when the files are gone too,
  // kUnavailable where the disk keeps a file of one, also from an earlier removal; that is tried again with
  // every removal of files.
  http::Awaitable<store::RemovalCounts> purge(std::vector<JobId> jobs);
  http::Awaitable<store::RemovalCounts> purge_ended(EndedFilter which);
  // What these would take: jobs, songs, and jobs that would stay because they are not over.
  http::Awaitable<store::RemovalCounts> count(std::vector<JobId> jobs);
  http::Awaitable<store::RemovalCounts> count_ended(EndedFilter which);
  // Prompts, lyrics, titles, metadata and songs of all jobs of the tenant.
  http::Awaitable<store::RemovalCounts> erase(TenantId tenant);

  // Removes objects that neither a job which is over nor a purchase for it names: the process ended between
  // publishing and commit. Nothing of a job for which a song is being bought.
  http::Awaitable<SweepCounts> sweep();

 private:
  using Jobs = std::vector<JobId>;
  // A member of JobRemoval that takes jobs.
  using Removal = Result<store::RemovalCounts> (store::JobRemoval::*)(const Jobs&, WallTime);

  http::Awaitable<store::EndedJobsPage> page(store::EndedJobsQuery query);
  http::Awaitable<store::RemovalCounts> remove(Removal removal, Jobs jobs);
  // The songs of all removals that are committed, in a turn of its own. Fails where one of those of `wanted`
  // is still there.
  http::Awaitable<> remove_files(std::set<JobId> wanted);
  // Jobs whose songs are still there, and why.
  http::Awaitable<std::map<JobId, Error>> remove_noted_files();
  http::Awaitable<> forget_keys();
  http::Awaitable<int> sweep_job(JobId id, bool& unknown);

  RetentionParts parts_;
  RetentionPolicy policy_;
  Log log_;
  std::shared_ptr<boost::asio::steady_timer> last_turn_;  // to remove files: over when the turn is
};

}  // namespace musicfleet::backend
