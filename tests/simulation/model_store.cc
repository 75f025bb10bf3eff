#include "tests/simulation/model_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace musicfleet::simulation {

void ModelStore::post(Work work, Done done) {
  waiting_.push_back({std::move(work), std::move(done)});
  if (!busy_) begin();
}

void ModelStore::begin() {
  busy_ = true;
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kLargestGroup));
  std::move(waiting_.begin(), waiting_.begin() + count, std::back_inserter(group_));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  owner_.later(dice_.between(fsync_least_, fsync_most_), [this] { commit(); });
}

void ModelStore::commit() {
  const bool fails = std::exchange(fail_next_, false);
  if (fails) timeline_.note("a commit fails");
  for (Item& item : std::exchange(group_, {})) {
    Result<> result = fail(ErrorCode::kUnavailable, "the disk is full");
    if (!fails) result = item.work(tables_);
    owner_.later(Micros{30}, [done = std::move(item.done), result = std::move(result)] { done(result); });
  }
  busy_ = false;
  if (!waiting_.empty()) begin();
}

void ModelStore::lose_what_is_not_committed() {
  waiting_.clear();
  group_.clear();
  busy_ = false;
  fail_next_ = false;
}

}  // namespace musicfleet::simulation
