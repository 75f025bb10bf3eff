#include "coordinator/store/store_thread.h"

#include <algorithm>

namespace musicfleet::store {

StoreThread::StoreThread(Database database, Deliver deliver)
    : database_(std::move(database)), deliver_(std::move(deliver)), thread_([this] { loop(); }) {}

StoreThread::~StoreThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void StoreThread::push(Item item) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(item));
  }
  wake_.notify_one();
}

void StoreThread::loop() {
  while (true) {
    std::deque<Item> group;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kLargestGroup));
      std::move(waiting_.begin(), waiting_.begin() + count, std::back_inserter(group));
      waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    }
    const Result<> commit = run_group(group);
    const auto chained = [](const Item& item) { return item.order == Order::kChained; };
    if (!commit && std::any_of(group.begin(), group.end(), chained)) chain_broken_ = true;
    for (Item& item : group) deliver_([finish = std::move(item.finish), commit] { finish(commit); });
  }
}

Result<> StoreThread::run_group(std::deque<Item>& group) {
  Writer writer(database_);
  MF_CHECK(database_.execute("BEGIN IMMEDIATE"));
  for (Item& item : group) {
    const bool kept = database_.execute("SAVEPOINT work").has_value() && item.run(writer);
    if (!kept && item.order == Order::kChained) chain_broken_ = true;
    const auto closed = database_.execute(kept ? "RELEASE work" : "ROLLBACK TO work; RELEASE work");
    if (closed) continue;
    // SQLite takes the whole transaction back by itself where the disk is full or does not answer.
    (void)database_.execute("ROLLBACK");
    return fail(ErrorCode::kUnavailable, "the transaction was taken back: ", closed.error().message);
  }
  if (auto commit = database_.execute("COMMIT"); !commit) {
    (void)database_.execute("ROLLBACK");
    return commit;
  }
  ++commits_;
  committed_work_ += group.size();
  return {};
}

}  // namespace musicfleet::store
