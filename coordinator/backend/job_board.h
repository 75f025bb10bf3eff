// What the world may know about jobs: the committed state and the progress of every live job and of those
// that ended last, and whoever waits for news of one. Loop thread.
#pragma once

#include "coordinator/http/overview_desk.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <deque>
#include <unordered_map>

namespace musicfleet::backend {

class JobBoard {
 public:
  // Ended jobs that stay on the board, so that those who watched them see the end with its revision.
  static constexpr std::size_t kEndedKept = 256;

  explicit JobBoard(boost::asio::io_context& loop) : loop_(loop) {}

  // A new revision of a job; wakes those who wait for it.
  void put(Job job);
  // Takes a job off the board that is over: the store knows more of it. Nothing for others.
  void forget_ended(const JobId& id);
  // Null for a job that is not on the board.
  const Job* find(const JobId& id) const;
  // Completes at the job's next revision, or when `patience` has passed.
  boost::asio::awaitable<void> next_change(JobId id, std::chrono::milliseconds patience);

  // Jobs that are queued, leased.
  std::size_t queued() const { return live_[0]; }
  std::size_t leased() const { return live_[1]; }
  // The same by tenant, of tenants that have any.
  const std::map<TenantId, http::TenantJobs>& tenants() const { return tenants_; }

 private:
  void count(const Job& job, int by);

  boost::asio::io_context& loop_;
  std::unordered_map<JobId, Job> jobs_;
  std::deque<JobId> ended_;
  std::array<std::size_t, 2> live_{};
  std::map<TenantId, http::TenantJobs> tenants_;
  std::unordered_multimap<JobId, boost::asio::steady_timer*> waiting_;
};

}  // namespace musicfleet::backend
