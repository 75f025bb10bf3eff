// The coordinator's counters, gauges and histograms in Prometheus' text format; the library behind it stays
// in metrics.cc. Loop thread.
#pragma once

#include "coordinator/backend/end_tally.h"
#include "coordinator/backend/store_health.h"
#include "coordinator/job.h"

#include <cstddef>
#include <memory>
#include <string>

namespace musicfleet::backend {

// What is read off at the moment of the scrape.
struct Gauges {
  std::size_t queued_jobs = 0;
  std::size_t leased_jobs = 0;
  std::size_t ready_workers = 0;
  std::size_t draining_workers = 0;
  std::uint64_t store_commits = 0;
  std::uint64_t store_work = 0;
  std::size_t store_waiting = 0;
  StoreHealth store_health;
};

class Metrics {
 public:
  explicit Metrics(const std::string& software_version);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void job_submitted();
  // `job` is in a final state.
  void job_finished(const Job& job);
  // "succeeded", "expired", …: how a lease ended.
  void lease_ended(std::string_view outcome);

  // "unreachable", "does_not_read", …: why a worker that was connected is so no more.
  void worker_gone(std::string_view why);

  // "delivered", "retried", "failed": what became of an attempt to deliver a webhook's message.
  void webhook_attempted(std::string_view outcome);
  // How many messages wait, and for how long the oldest one has.
  void webhook_backlog(std::int64_t waiting, std::chrono::milliseconds oldest);

  std::string text(const Gauges& gauges);
  // What the jobs that finished lately were like.
  const EndTally& ends() const { return ends_; }

 private:
  struct Families;
  std::unique_ptr<Families> families_;
  EndTally ends_;
};

}  // namespace musicfleet::backend
