#include "coordinator/backend/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace musicfleet::backend {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

// From a GPU's seconds to a CPU's hour.
const prometheus::Histogram::BucketBoundaries kRunSeconds{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600};

double seconds(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Counter& submitted = BuildCounter()
                                       .Name("musicfleet_jobs_submitted_total")
                                       .Help("Jobs accepted since the process started")
                                       .Register(registry)
                                       .Add({});
  prometheus::Family<prometheus::Counter>& finished = BuildCounter()
                                                          .Name("musicfleet_jobs_finished_total")
                                                          .Help("Jobs that ended, by final state")
                                                          .Register(registry);
  prometheus::Family<prometheus::Counter>& leases = BuildCounter()
                                                        .Name("musicfleet_leases_ended_total")
                                                        .Help("Leases that ended, by outcome")
                                                        .Register(registry);
  prometheus::Family<prometheus::Counter>& gone = BuildCounter()
                                                      .Name("musicfleet_workers_gone_total")
                                                      .Help("Workers that were given up, by reason")
                                                      .Register(registry);
  prometheus::Family<prometheus::Gauge>& jobs =
      BuildGauge().Name("musicfleet_jobs").Help("Jobs that are not over, by state").Register(registry);
  prometheus::Family<prometheus::Gauge>& workers =
      BuildGauge().Name("musicfleet_workers").Help("Connected workers, by state").Register(registry);
  prometheus::Histogram& run_seconds = BuildHistogram()
                                           .Name("musicfleet_job_run_seconds")
                                           .Help("From lease to published song, of jobs that succeeded")
                                           .Register(registry)
                                           .Add({}, kRunSeconds);
  prometheus::Histogram& wait_seconds = BuildHistogram()
                                            .Name("musicfleet_job_wait_seconds")
                                            .Help("From submission to the last lease, of jobs that succeeded")
                                            .Register(registry)
                                            .Add({}, kRunSeconds);
  prometheus::Gauge& commits = BuildGauge()
                                   .Name("musicfleet_store_commits")
                                   .Help("Transactions committed since the process started")
                                   .Register(registry)
                                   .Add({});
  prometheus::Gauge& work = BuildGauge()
                                .Name("musicfleet_store_work")
                                .Help("Pieces of work in those transactions")
                                .Register(registry)
                                .Add({});
  prometheus::Gauge& waiting = BuildGauge()
                                   .Name("musicfleet_store_waiting")
                                   .Help("Pieces of work that wait for the store")
                                   .Register(registry)
                                   .Add({});
  prometheus::Gauge& wal_bytes = BuildGauge()
                                     .Name("musicfleet_store_wal_bytes")
                                     .Help("Bytes of the database's write-ahead log, measured once a minute")
                                     .Register(registry)
                                     .Add({});
  prometheus::Gauge& sound = BuildGauge()
                                 .Name("musicfleet_store_sound")
                                 .Help("1 unless the last check found the database damaged")
                                 .Register(registry)
                                 .Add({});
  prometheus::Gauge& checked = BuildGauge()
                                   .Name("musicfleet_store_checked_timestamp_seconds")
                                   .Help("When the database was last checked; 0: not since the start")
                                   .Register(registry)
                                   .Add({});
  prometheus::Family<prometheus::Counter>& webhook_attempts =
      BuildCounter()
          .Name("musicfleet_webhook_attempts_total")
          .Help("Attempts to deliver a message to a webhook, by what became of them")
          .Register(registry);
  prometheus::Gauge& webhook_waiting = BuildGauge()
                                           .Name("musicfleet_webhook_deliveries_waiting")
                                           .Help("Messages to webhooks that are still to be delivered")
                                           .Register(registry)
                                           .Add({});
  prometheus::Gauge& webhook_oldest = BuildGauge()
                                          .Name("musicfleet_webhook_oldest_waiting_seconds")
                                          .Help("Age of the oldest of them; 0 without one")
                                          .Register(registry)
                                          .Add({});
};

Metrics::Metrics(const std::string& software_version) : families_(std::make_unique<Families>()) {
  BuildGauge()
      .Name("musicfleet_build_info")
      .Help("1; the version is a label")
      .Register(families_->registry)
      .Add({{"version", software_version}})
      .Set(1);
  // Counters that exist from the start: an alert on their rate sees the first event.
  for (const char* outcome : {"succeeded", "failed", "cancelled"})
    families_->finished.Add({{"outcome", outcome}});
  for (const char* why : {"unreachable", "does_not_read", "broke_protocol"})
    families_->gone.Add({{"reason", why}});
  for (const char* outcome : {"delivered", "retried", "failed"})
    families_->webhook_attempts.Add({{"outcome", outcome}});
}

Metrics::~Metrics() = default;

void Metrics::job_submitted() { families_->submitted.Increment(); }

void Metrics::job_finished(const Job& job) {
  ends_.add(job);
  families_->finished.Add({{"outcome", std::string(name_of(job.state))}}).Increment();
  if (job.state != JobState::kSucceeded || !job.started_at || !job.finished_at) return;
  families_->run_seconds.Observe(seconds(*job.finished_at - *job.started_at));
  families_->wait_seconds.Observe(seconds(*job.started_at - job.created_at));
}

void Metrics::lease_ended(std::string_view outcome) {
  families_->leases.Add({{"outcome", std::string(outcome)}}).Increment();
}

void Metrics::worker_gone(std::string_view why) {
  families_->gone.Add({{"reason", std::string(why)}}).Increment();
}

void Metrics::webhook_attempted(std::string_view outcome) {
  families_->webhook_attempts.Add({{"outcome", std::string(outcome)}}).Increment();
}

void Metrics::webhook_backlog(std::int64_t waiting, std::chrono::milliseconds oldest) {
  families_->webhook_waiting.Set(static_cast<double>(waiting));
  families_->webhook_oldest.Set(seconds(oldest));
}

std::string Metrics::text(const Gauges& gauges) {
  families_->jobs.Add({{"state", "queued"}}).Set(static_cast<double>(gauges.queued_jobs));
  families_->jobs.Add({{"state", "leased"}}).Set(static_cast<double>(gauges.leased_jobs));
  families_->workers.Add({{"state", "ready"}}).Set(static_cast<double>(gauges.ready_workers));
  families_->workers.Add({{"state", "draining"}}).Set(static_cast<double>(gauges.draining_workers));
  families_->commits.Set(static_cast<double>(gauges.store_commits));
  families_->work.Set(static_cast<double>(gauges.store_work));
  families_->waiting.Set(static_cast<double>(gauges.store_waiting));
  const StoreHealth& health = gauges.store_health;
  families_->wal_bytes.Set(static_cast<double>(health.wal_bytes));
  families_->sound.Set(health.sound);
  families_->checked.Set(health.checked_at ? seconds(health.checked_at->time_since_epoch()) : 0);
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace musicfleet::backend
