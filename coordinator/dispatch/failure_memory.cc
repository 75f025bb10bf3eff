#include "coordinator/dispatch/failure_memory.h"

#include "coordinator/dispatch/planted_bug.h"

#include <algorithm>
#include <cmath>

namespace musicfleet::dispatch {

double FailureMemory::faded(const Record& record, SteadyTime now) const {
  const double passed = static_cast<double>((now - record.at).count());
  return record.count * std::exp2(-passed / static_cast<double>(half_life_.count()));
}

bool FailureMemory::failed(const WorkerId& worker, const std::string& model, SteadyTime now) {
  Record& record = records_[{worker, model}];
  record.count = faded(record, now) + 1;
  record.at = now;
  if (record.count < kTooMany || planted(Bug::kIgnoreFailures)) return false;
  const double rest = std::log2(record.count / kAgain) * static_cast<double>(half_life_.count());
  record.rests_until = now + Milliseconds(static_cast<std::int64_t>(std::floor(rest)));
  return true;
}

void FailureMemory::succeeded(const WorkerId& worker, const std::string& model, SteadyTime now) {
  const auto found = records_.find({worker, model});
  if (found == records_.end()) return;
  Record& record = found->second;
  record.count = faded(record, now) / 2;
  record.at = now;
  if (record.count < 0.05 && record.rests_until <= now) records_.erase(found);
}

double FailureMemory::count(const WorkerId& worker, const std::string& model, SteadyTime now) const {
  const auto found = records_.find({worker, model});
  return found == records_.end() ? 0 : faded(found->second, now);
}

bool FailureMemory::resting(const WorkerId& worker, const std::string& model, SteadyTime now) const {
  const auto found = records_.find({worker, model});
  if (found == records_.end()) return false;
  return now < found->second.rests_until ||
         (planted(Bug::kRestForEver) && found->second.rests_until != SteadyTime{});
}

std::optional<SteadyTime> FailureMemory::next_rested(const WorkerId& worker, SteadyTime now) const {
  std::optional<SteadyTime> first;
  for (auto at = records_.lower_bound({worker, {}}); at != records_.end() && at->first.first == worker; ++at)
    if (const SteadyTime until = at->second.rests_until; now < until && (!first || until < *first))
      first = until;
  return first;
}

void FailureMemory::forget(const WorkerId& worker) {
  const auto begin = records_.lower_bound({worker, {}});
  auto end = begin;
  while (end != records_.end() && end->first.first == worker) ++end;
  records_.erase(begin, end);
}

}  // namespace musicfleet::dispatch
