#include "common/hub/parallel_fetch.h"

#include "common/hub/file_fetch.h"
#include "common/hub/hub_client.h"
#include "common/random.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>

namespace musicfleet {
namespace {

constexpr std::chrono::milliseconds kBetweenReports{200};

class ParallelFetch {
 public:
  ParallelFetch(const FetchOptions& options, const FetchPlan& plan, FetchProgress& progress)
      : options_(options),
        plan_(plan),
        progress_(progress),
        order_(plan.missing.size()),
        done_(plan.missing.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return plan_.missing[a].size > plan_.missing[b].size;
    });
  }

  Result<std::vector<ManifestFile>> run(FetchListener& listener, const std::stop_token& stop) {
    const std::stop_callback pass_on(stop, [&] { stop_.request_stop(); });
    const auto threads = std::min<std::size_t>(static_cast<std::size_t>(options_.parallel), order_.size());
    working_ = threads;
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i) workers.emplace_back([this] { work(); });
    while (true) {
      std::unique_lock lock(mutex_);
      const bool over = ended_.wait_for(lock, kBetweenReports, [&] { return working_ == 0; });
      lock.unlock();
      for (const std::string& note : progress_.take_notes()) listener.noted(note);
      listener.moved(progress_.snapshot());
      if (over) break;
    }
    workers.clear();
    MF_CHECK(error_);
    return std::move(done_);
  }

 private:
  // A thread's own end: what is thrown in it (no memory) is an error like any other.
  void work() {
    Result<> fetched;
    try {
      fetched = fetch_what_is_next();
    } catch (const std::exception& failure) {
      fetched = fail(ErrorCode::kInternal, "a download ended: ", failure.what());
    }
    const std::lock_guard lock(mutex_);
    if (!fetched) {
      // The others end as cancelled; what ended them comes first.
      if (error_) error_ = std::move(fetched);
      stop_.request_stop();
    }
    --working_;
    ended_.notify_all();
  }

  Result<> fetch_what_is_next() {
    HubConnection connection(options_.access);
    while (const std::optional<std::size_t> index = next()) MF_CHECK(fetch(connection, *index));
    return {};
  }

  std::optional<std::size_t> next() {
    const std::lock_guard lock(mutex_);
    if (!error_ || next_ == order_.size()) return {};
    return order_[next_++];
  }

  Result<> fetch(HubConnection& connection, std::size_t index) {
    const RepoFile& file = plan_.missing[index];
    Patience patience(options_.patience, random_u64(),
                      [&](const std::string& why, std::chrono::milliseconds time) {
                        progress_.note(concat(why, "; trying again in ", (time.count() + 999) / 1000, " s"));
                      });
    FileFetch fetch(connection, patience, progress_, stop_.get_token());
    const std::string url = file_url(options_.access, options_.repository, plan_.commit, file.path);
    const std::string sha256 =
        MF_TRY(fetch.fetch(file, url, options_.folder / kPartialFolder, options_.folder / file.path));
    const std::lock_guard lock(mutex_);
    done_[index] = {.path = file.path, .size = file.size, .sha256 = sha256};
    return {};
  }

  const FetchOptions& options_;
  const FetchPlan& plan_;
  FetchProgress& progress_;
  std::stop_source stop_;

  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<std::size_t> order_;  // of plan_.missing
  std::size_t next_ = 0;            // in order_
  std::size_t working_ = 0;         // threads
  std::vector<ManifestFile> done_;
  Result<> error_;  // the first one
};

}  // namespace

Result<std::vector<ManifestFile>> fetch_missing(const FetchOptions& options, const FetchPlan& plan,
                                                FetchProgress& progress, FetchListener& listener,
                                                const std::stop_token& stop) {
  return ParallelFetch(options, plan, progress).run(listener, stop);
}

}  // namespace musicfleet
