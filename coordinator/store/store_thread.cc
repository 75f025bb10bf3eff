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
    if (item.order != Order::kAlone || waiting_.size() < kMostWaiting) {
      waiting_.push_back(std::move(item));
      return wake_.notify_one();
    }
  }
  const Result<> behind = fail(ErrorCode::kUnavailable, "the store is ", kMostWaiting,
                               " pieces of work behind; nothing was changed, try again later");
  deliver_([finish = std::move(item.finish), behind] { finish(behind); });
}

std::size_t StoreThread::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void StoreThread::loop() {
  while (true) {
    Group group;
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
    deliver_([finished = std::make_shared<Group>(std::move(group)), commit] {
      for (const Item& item : *finished) item.finish(commit);
    });
  }
}

Result<> StoreThread::run_group(Group& group) {
  Writer writer(database_);
  MF_TRY(database_.run("BEGIN IMMEDIATE"));
  if (!run_together(group, writer)) {
    (void)database_.run("ROLLBACK");  // SQLite may have done so by itself
    MF_TRY(database_.run("BEGIN IMMEDIATE"));
    if (auto done = run_one_by_one(group, writer); !done) {
      (void)database_.run("ROLLBACK");
      return done;
    }
  }
  if (auto commit = database_.run("COMMIT"); !commit) {
    (void)database_.run("ROLLBACK");
    return Failure(commit.error());
  }
  ++commits_;
  committed_work_ += group.size();
  return {};
}

bool StoreThread::run_together(Group& group, Writer& writer) {
  for (Item& item : group) {
    const std::int64_t changes_before = database_.total_changes();
    if (item.run(writer)) continue;
    const bool untouched = database_.total_changes() == changes_before && database_.in_transaction();
    if (!untouched || item.order == Order::kChained) return false;
  }
  return true;
}

Result<> StoreThread::run_one_by_one(Group& group, Writer& writer) {
  for (Item& item : group) {
    const bool kept = database_.run("SAVEPOINT work").has_value() && item.run(writer);
    if (!kept && item.order == Order::kChained) chain_broken_ = true;
    const auto closed = database_.execute(kept ? "RELEASE work" : "ROLLBACK TO work; RELEASE work");
    // SQLite takes the whole transaction back by itself where the disk is full or does not answer.
    if (!closed)
      return fail(ErrorCode::kUnavailable, "the transaction was taken back: ", closed.error().message);
  }
  return {};
}

}  // namespace musicfleet::store
