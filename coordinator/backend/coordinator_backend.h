// The coordinator behind its HTTP routes: submits, looks up, cancels and watches jobs by way of dispatching,
// the store and the board, and hands everything about keys, workers and uploads to those who own it. Loop
// thread.
#pragma once

#include "coordinator/backend/access_control.h"
#include "coordinator/backend/admissions.h"
#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/backend/hourly_count.h"
#include "coordinator/backend/job_board.h"
#include "coordinator/backend/job_ids.h"
#include "coordinator/backend/metrics.h"
#include "coordinator/backend/upload_desk.h"
#include "coordinator/backend/worker_roll.h"
#include "coordinator/http/backend.h"
#include "coordinator/store/reader_pool.h"

namespace musicfleet::backend {

// What it speaks with; all of it outlives it.
struct BackendParts {
  const Clock& clock;
  store::StoreThread& store;
  store::ReaderPool& readers;
  DispatchLoop& dispatch;
  JobBoard& board;
  AccessControl& access;
  WorkerRoll& workers;
  AuditLog& audit;
  UploadDesk& uploads;
  const AudioStore& audio;
  Metrics& metrics;
  const StoreHealth& store_health;
  int max_live_jobs = 10'000;  // over which no job is taken in
  std::function<std::string()> purchase_metrics = [] { return std::string(); };  // Prometheus exposition
};

class CoordinatorBackend final : public http::Backend {
 public:
  explicit CoordinatorBackend(BackendParts parts) : parts_(parts) {}

  // What was submitted within the last hour before this process began, in stretches of HourlyCount::kStretch.
  void load(const std::vector<store::SubmissionCount>& submissions) { hourly_.load(submissions); }

  http::Awaitable<http::Principal> authenticate(std::string api_key) override;
  http::Awaitable<http::SubmitReply> submit(http::Principal who, http::Submission submission) override;
  http::Awaitable<Job> job(http::Principal who, JobId id) override;
  http::Awaitable<http::JobPage> jobs(http::Principal who, http::JobQuery query) override;
  http::Awaitable<Job> cancel(http::Principal who, JobId id) override;
  http::Awaitable<http::AudioFile> audio(http::Principal who, JobId id) override;
  http::Awaitable<Job> next_update(http::Principal who, JobId id, std::uint64_t after_revision,
                                   std::chrono::milliseconds patience) override;

  http::Awaitable<http::UploadTarget> open_upload(std::string token) override;
  http::Awaitable<> finish_upload(std::string token) override;
  void abandon_upload(std::string token) override;
  void refuse_upload(std::string token, Error why) override;

  std::optional<http::TurnedAway> no_way_for(const http::Principal& who,
                                             const http::Submission& submission) override;
  std::optional<http::TurnedAway> no_way_for(const Job& job) override;
  bool may_be_paid_for(const JobId& job) override;
  bool is_being_bought(const JobId& job) override;
  http::Readiness readiness() override;
  std::string metrics_text() override;

  http::Awaitable<http::Operator> authenticate_admin(std::string admin_key) override;
  http::Awaitable<> add_worker(http::Operator by, WorkerId name, http::WorkerKeyOrder key) override;
  http::Awaitable<std::vector<http::WorkerInfo>> workers() override;
  http::Awaitable<> revoke_worker(http::Operator by, WorkerId name) override;
  http::Awaitable<http::JobPage> all_jobs(http::JobQuery query) override;
  http::Awaitable<Job> any_job(JobId id) override;
  http::Awaitable<Job> cancel_any(http::Operator by, JobId id) override;

 private:
  // Why no further job of this tenant is taken in at the moment; unset where one is.
  std::optional<http::TurnedAway> overload(const TenantId& tenant, WallTime now);
  std::optional<http::TurnedAway> no_way(const Job& job, bool may_wait) const;
  http::Awaitable<Job> cancel_now(JobId id);
  http::Awaitable<http::JobPage> list(std::optional<TenantId> tenant, http::JobQuery query);

  BackendParts parts_;
  JobIds ids_;
  HourlyCount hourly_;
  Admissions admissions_;
};

}  // namespace musicfleet::backend
