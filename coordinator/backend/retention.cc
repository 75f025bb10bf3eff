#include "coordinator/backend/retention.h"

#include "coordinator/backend/awaited.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <limits>

namespace musicfleet::backend {
namespace {

namespace asio = boost::asio;

constexpr int kFilesAtATime = 8;
constexpr int kKeysAtATime = 500;

// Nothing ended before this where the policy keeps things for ever.
WallTime cutoff(WallTime now, std::chrono::days kept) {
  return kept.count() == 0 ? WallTime::min() : now - kept;
}

// What the audio store should have of a job.
struct KeptSongs {
  std::set<std::string> objects;
  bool more_may_come = false;  // the job is not over, or something is still being bought for it
};

// kNotFound where there is no such job.
Result<KeptSongs> kept_songs_of(store::JobReader& reader, const JobId& id) {
  const Job job = MF_TRY(reader.job(id));
  const store::BoughtSongs bought = MF_TRY(reader.ledger().bought_songs_of(id));
  KeptSongs kept{{bought.objects.begin(), bought.objects.end()}, !is_final(job.state) || bought.under_way};
  if (job.audio && !job.audio->removed_at) kept.objects.insert(job.audio->object);
  return kept;
}

// Lets the next one go on at its end.
class Turn {
 public:
  explicit Turn(asio::steady_timer& over) : over_(over) {}
  ~Turn() { over_.expires_at(asio::steady_timer::time_point::min()); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  asio::steady_timer& over_;
};

}  // namespace

Retention::Retention(RetentionParts parts, const RetentionPolicy& policy, Log log)
    : parts_(parts), policy_(policy), log_(std::move(log)) {}

http::Awaitable<store::EndedJobsPage> Retention::page(store::EndedJobsQuery query) {
  std::function<Result<store::EndedJobsPage>(store::JobReader&)> look = [query](store::JobReader& reader) {
    return reader.ended_jobs(query);
  };
  co_return co_await read<store::EndedJobsPage>(parts_.readers, std::move(look));
}

http::Awaitable<store::RemovalCounts> Retention::remove(Removal removal, Jobs jobs) {
  store::RemovalCounts counts;
  const WallTime now = parts_.clock.wall_now();
  for (std::size_t first = 0; first < jobs.size(); first += kBatch) {
    const auto begin = jobs.begin() + static_cast<std::ptrdiff_t>(first);
    const Jobs batch(begin, begin + std::min<std::ptrdiff_t>(kBatch, jobs.end() - begin));
    std::function<Result<store::RemovalCounts>(store::Writer&)> work = [=](store::Writer& writer) {
      return (writer.removal.*removal)(batch, now);
    };
    const auto removed = co_await written<store::RemovalCounts>(parts_.store, std::move(work));
    if (!removed) co_return removed;
    counts += *removed;
    // What the board shows of a job that is over is in the store, as far as it is still there.
    for (const JobId& job : batch) parts_.board.forget_ended(job);
  }
  co_return counts;
}

http::Awaitable<> Retention::remove_files(std::set<JobId> wanted) {
  // One after the other: what one has listed, another may have removed, and its job may live again by then.
  const asio::any_io_executor loop = co_await asio::this_coro::executor;
  const auto over = std::make_shared<asio::steady_timer>(loop, asio::steady_timer::time_point::max());
  const Turn turn(*over);
  const auto before = std::exchange(last_turn_, over);
  if (before) co_await before->async_wait(asio::as_tuple(asio::use_awaitable));
  const auto stuck = co_await remove_noted_files();
  if (!stuck) co_return Failure(stuck.error());
  if (!stuck->empty())
    log_.error("songs that should go are still there",
               {{"jobs", stuck->size()}, {"error", stuck->begin()->second.message}});
  for (const auto& [job, why] : *stuck)
    if (wanted.contains(job)) co_return Failure(why);
  co_return Result<>();
}

http::Awaitable<std::map<JobId, Error>> Retention::remove_noted_files() {
  std::map<JobId, Error> stuck;
  JobId after;
  // Looks again at the same jobs where a song that had been bought has arrived while theirs were removed.
  while (true) {
    std::function<Result<Jobs>(store::Writer&)> look = [after](store::Writer& writer) {
      return writer.removal.begin_removals(after, kFilesAtATime);
    };
    const Result<Jobs> jobs = co_await written<Jobs>(parts_.store, std::move(look));
    if (!jobs) co_return Failure(jobs.error());
    if (jobs->empty()) co_return stuck;
    Jobs gone;
    std::function<void()> work = [&] {
      for (const JobId& job : *jobs) {
        const Result<> removed = parts_.audio.remove_all_of(job);
        stuck.erase(job);
        if (removed)
          gone.push_back(job);
        else
          stuck.emplace(job, removed.error());
      }
    };
    co_await parts_.files.run(std::move(work));
    std::function<Result<bool>(store::Writer&)> note = [gone](store::Writer& writer) -> Result<bool> {
      bool all = true;
      for (const JobId& job : gone) all &= MF_TRY(writer.removal.songs_removed(job));
      return all;
    };
    const Result<bool> all_gone = co_await written<bool>(parts_.store, std::move(note));
    if (!all_gone) co_return Failure(all_gone.error());
    if (*all_gone) after = jobs->back();
  }
}

http::Awaitable<> Retention::forget_keys() {
  const WallTime now = parts_.clock.wall_now();
  while (true) {
    std::function<Result<int>(store::Writer&)> forget = [now](store::Writer& writer) {
      return writer.removal.forget_keys(now, kKeysAtATime);
    };
    const Result<int> forgotten = co_await written<int>(parts_.store, std::move(forget));
    if (!forgotten) co_return Failure(forgotten.error());
    if (*forgotten < kKeysAtATime) co_return Result<>();
  }
}

http::Awaitable<store::RemovalCounts> Retention::expire() {
  const WallTime now = parts_.clock.wall_now();
  const WallTime jobs_until = cutoff(now, policy_.jobs);
  const WallTime audio_until = cutoff(now, policy_.audio);
  const WallTime events_until = cutoff(now, policy_.events);
  store::RemovalCounts counts;
  store::EndedJobsQuery query;
  query.created_before = std::max({jobs_until, audio_until, events_until});
  for (bool more = query.created_before != WallTime::min(); more;) {
    store::EndedJobsQuery part = query;
    const auto found = co_await page(std::move(part));
    if (!found) co_return Failure(found.error());
    Jobs jobs, songs, history;
    for (const store::EndedJob& job : found->jobs) {
      if (job.finished_at < jobs_until) {
        jobs.push_back(job.id);
        continue;
      }
      if ((job.has_song || job.has_bought_song) && job.finished_at < audio_until) songs.push_back(job.id);
      if (job.has_history && job.finished_at < events_until) history.push_back(job.id);
    }
    const std::pair<Removal, Jobs*> steps[] = {{&store::JobRemoval::purge, &jobs},
                                               {&store::JobRemoval::remove_songs, &songs},
                                               {&store::JobRemoval::remove_history, &history}};
    for (const auto& [removal, of] : steps) {
      const auto removed = co_await remove(removal, std::move(*of));
      if (!removed) co_return removed;
      counts += *removed;
    }
    query.after = found->next;
    more = found->next.has_value();
  }
  if (const Result<> done = co_await forget_keys(); !done) co_return Failure(done.error());
  std::set<JobId> nobody_waits;
  const Result<> done = co_await remove_files(std::move(nobody_waits));
  if (!done) co_return Failure(done.error());
  co_return counts;
}

http::Awaitable<store::RemovalCounts> Retention::purge(Jobs jobs) {
  std::set<JobId> wanted(jobs.begin(), jobs.end());
  const auto counts = co_await remove(&store::JobRemoval::purge, std::move(jobs));
  if (!counts) co_return counts;
  const Result<> done = co_await remove_files(std::move(wanted));
  if (!done) co_return Failure(done.error());
  co_return counts;
}

http::Awaitable<store::RemovalCounts> Retention::purge_ended(EndedFilter which) {
  store::RemovalCounts counts;
  std::set<JobId> wanted;
  store::EndedJobsQuery query = which.query();
  do {
    store::EndedJobsQuery part = query;
    const auto found = co_await page(std::move(part));
    if (!found) co_return Failure(found.error());
    Jobs jobs;
    for (const store::EndedJob& job : found->jobs)
      if (which.admits(job)) jobs.push_back(job.id);
    wanted.insert(jobs.begin(), jobs.end());
    const auto removed = co_await remove(&store::JobRemoval::purge, std::move(jobs));
    if (!removed) co_return removed;
    counts += *removed;
    query.after = found->next;
  } while (query.after);
  const Result<> done = co_await remove_files(std::move(wanted));
  if (!done) co_return Failure(done.error());
  co_return counts;
}

http::Awaitable<store::RemovalCounts> Retention::count_ended(EndedFilter which) {
  store::RemovalCounts counts;
  store::EndedJobsQuery query = which.query();
  do {
    store::EndedJobsQuery part = query;
    const auto found = co_await page(std::move(part));
    if (!found) co_return Failure(found.error());
    counts.live += found->live;
    for (const store::EndedJob& job : found->jobs) {
      if (!which.admits(job)) continue;
      ++counts.jobs;
      counts.songs += job.has_song;
    }
    query.after = found->next;
  } while (query.after);
  co_return counts;
}

http::Awaitable<store::RemovalCounts> Retention::count(Jobs jobs) {
  std::function<Result<store::RemovalCounts>(store::JobReader&)> look =
      [jobs = std::move(jobs)](store::JobReader& reader) -> Result<store::RemovalCounts> {
    store::RemovalCounts counts;
    for (const JobId& id : jobs) {
      const Result<Job> job = reader.job(id);
      if (!job && job.error().code != ErrorCode::kNotFound) return Failure(job.error());
      if (!job) continue;
      ++(is_final(job->state) ? counts.jobs : counts.live);
      counts.songs += job->audio && !job->audio->removed_at;
    }
    return counts;
  };
  co_return co_await read<store::RemovalCounts>(parts_.readers, std::move(look));
}

http::Awaitable<store::RemovalCounts> Retention::erase(TenantId tenant) {
  store::RemovalCounts counts;
  std::set<JobId> wanted;
  store::EndedJobsQuery query;
  query.tenant = std::move(tenant);
  query.created_before = WallTime::max();
  do {
    store::EndedJobsQuery part = query;
    const auto found = co_await page(std::move(part));
    if (!found) co_return Failure(found.error());
    Jobs jobs;
    for (const store::EndedJob& job : found->jobs) jobs.push_back(job.id);
    wanted.insert(jobs.begin(), jobs.end());
    counts.live += found->live;
    const auto erased = co_await remove(&store::JobRemoval::erase, std::move(jobs));
    if (!erased) co_return erased;
    counts += *erased;
    query.after = found->next;
  } while (query.after);
  const Result<> done = co_await remove_files(std::move(wanted));
  if (!done) co_return Failure(done.error());
  co_return counts;
}

http::Awaitable<int> Retention::sweep_job(JobId id, bool& unknown) {
  std::function<Result<KeptSongs>(store::JobReader&)> look = [id](store::JobReader& reader) {
    return kept_songs_of(reader, id);
  };
  const Result<KeptSongs> kept = co_await read<KeptSongs>(parts_.readers, std::move(look));
  unknown = !kept && kept.error().code == ErrorCode::kNotFound;
  if (!kept) co_return unknown ? Result<int>(0) : Failure(kept.error());
  if (kept->more_may_come) co_return 0;
  const auto work = [&]() -> Result<int> {
    int removed = 0;
    for (const std::string& object : MF_TRY(parts_.audio.objects_of(id))) {
      if (kept->objects.count(object) > 0) continue;
      MF_CHECK(parts_.audio.remove(object));
      ++removed;
    }
    return removed;
  };
  co_return co_await parts_.files.compute(work);
}

http::Awaitable<SweepCounts> Retention::sweep() {
  const auto list = [&] { return parts_.audio.jobs(); };
  const Result<Jobs> jobs = co_await parts_.files.compute(list);
  if (!jobs) co_return Failure(jobs.error());
  SweepCounts counts;
  for (const JobId& job : *jobs) {
    bool unknown = false;
    JobId id = job;
    const Result<int> removed = co_await sweep_job(std::move(id), unknown);
    if (!removed) co_return Failure(removed.error());
    ++counts.jobs;
    counts.removed += *removed;
    counts.unknown += unknown;
  }
  if (counts.removed > 0) log_.info("orphaned songs removed", {{"songs", counts.removed}});
  if (counts.unknown > 0)
    log_.warn("songs of jobs that the database does not know were left alone", {{"jobs", counts.unknown}});
  co_return counts;
}

}  // namespace musicfleet::backend
