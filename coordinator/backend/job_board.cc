#include "coordinator/backend/job_board.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace musicfleet::backend {

void JobBoard::count(const Job& job, int by) {
  if (is_final(job.state)) return;
  const bool leased = job.state == JobState::kLeased;
  live_[leased] += static_cast<std::size_t>(by);
  const auto at = tenants_.try_emplace(job.tenant).first;
  http::TenantJobs& jobs = at->second;
  (leased ? jobs.leased : jobs.queued) += static_cast<std::size_t>(by);
  if (jobs.queued + jobs.leased == 0) tenants_.erase(at);
}

void JobBoard::put(Job job) {
  const JobId id = job.id;
  Job& kept = jobs_[id];
  if (!kept.id.value.empty()) {
    count(kept, -1);
    if (is_final(kept.state)) std::erase(ended_, id);
  }
  kept = std::move(job);
  count(kept, +1);
  if (is_final(kept.state)) ended_.push_back(id);
  if (ended_.size() > kEndedKept) {
    // Unless an operator has put it back into the queue.
    const auto oldest = jobs_.find(ended_.front());
    if (oldest != jobs_.end() && is_final(oldest->second.state)) jobs_.erase(oldest);
    ended_.pop_front();
  }
  const auto [begin, end] = waiting_.equal_range(id);
  for (auto at = begin; at != end; ++at) at->second->cancel();
}

void JobBoard::forget_ended(const JobId& id) {
  const auto known = jobs_.find(id);
  if (known == jobs_.end() || !is_final(known->second.state)) return;
  jobs_.erase(known);
  std::erase(ended_, id);
}

const Job* JobBoard::find(const JobId& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

boost::asio::awaitable<void> JobBoard::next_change(JobId id, std::chrono::milliseconds patience) {
  boost::asio::steady_timer timer(loop_, patience);
  const auto place = waiting_.emplace(id, &timer);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  waiting_.erase(place);
}

}  // namespace musicfleet::backend
