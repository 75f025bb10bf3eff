#include "coordinator/store/reader_pool.h"

namespace musicfleet::store {

ReaderPool::ReaderPool(std::vector<JobReader> readers, Deliver deliver)
    : readers_(std::move(readers)), deliver_(std::move(deliver)) {
  for (JobReader& reader : readers_) threads_.emplace_back([this, &reader] { loop(reader); });
}

ReaderPool::~ReaderPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool ReaderPool::push(std::function<void(JobReader&)> work) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::move(work));
  }
  wake_.notify_one();
  return true;
}

void ReaderPool::loop(JobReader& reader) {
  while (true) {
    std::function<void(JobReader&)> work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work(reader);
  }
}

}  // namespace musicfleet::store
