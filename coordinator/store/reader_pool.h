// A few threads that read the database, each through a connection of its own, so that a long listing holds up
// neither the loop nor the writer. post() from any thread; results leave through `deliver`.
#pragma once

#include "coordinator/store/job_reader.h"
#include "coordinator/store/store_thread.h"

#include <vector>

namespace musicfleet::store {

class ReaderPool {
 public:
  static constexpr std::size_t kMostWaiting = 2'000;

  // One thread a reader.
  ReaderPool(std::vector<JobReader> readers, Deliver deliver);
  // Finishes everything that was posted.
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  // Runs `work(JobReader&)`, a Result<T>, and delivers its result to `done`; kUnavailable at once while
  // kMostWaiting wait.
  template <class T>
  void post(std::function<Result<T>(JobReader&)> work, std::function<void(Result<T>)> done) {
    const auto run = [this, work = std::move(work), done](JobReader& reader) {
      const auto result = std::make_shared<Result<T>>(work(reader));
      deliver_([done, result] { done(std::move(*result)); });
    };
    if (!push(run))
      deliver_([done = std::move(done)] { done(fail(ErrorCode::kUnavailable, "too many look-ups wait")); });
  }

 private:
  // Whether there was room.
  bool push(std::function<void(JobReader&)> work);
  void loop(JobReader& reader);

  std::vector<JobReader> readers_;
  Deliver deliver_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void(JobReader&)>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace musicfleet::store
