// A coordinator in memory for tests of the HTTP side: what the routes ask is answered from plain maps, and
// tests change jobs with update(). Loop thread only.
#pragma once

#include "coordinator/http/backend.h"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <map>
#include <set>

namespace musicfleet::http {

inline constexpr char kGoodKey[] = "mf_good";
inline constexpr char kOtherTenantsKey[] = "mf_other";
inline constexpr char kReadersKey[] = "mf_reader";  // of the tenant of kGoodKey, with jobs:read only
inline constexpr char kWritersKey[] = "mf_writer";  // likewise with jobs:write only
inline constexpr char kAdminKey[] = "admin_good";
inline constexpr char kReadersAdminKey[] = "admin_reader";  // with admin:read only

class FakeBackend final : public Backend {
 public:
  // Changes a job and wakes whoever waits for it.
  void update(const JobId& id, const std::function<void(Job&)>& change);

  std::map<std::string, Job> job_map;
  std::map<std::string, std::filesystem::path> audio_files;  // by job
  std::map<std::string, UploadTarget> tickets;               // by token
  std::set<std::string> open_tickets, finished_tickets;
  Result<> finish_answer;  // of finish_upload
  std::vector<Submission> submissions;
  std::vector<JobQuery> queries;
  std::vector<WorkerInfo> worker_list;
  std::optional<Error> submit_error;
  std::optional<TurnedAway> turned_away;
  std::optional<Error> audio_error;
  std::vector<Error> refused_uploads;
  std::function<void(Job&)> on_submit;  // what becomes of a job at once; may be empty
  std::function<void(Job&)>
      after_audio;  // what becomes of a job once audio() has named its file; may be empty
  bool throw_in_list = false;
  bool good_key_revoked = false;
  bool store_ok = true;
  TurnedAway no_way{{ErrorCode::kUnavailable, "no worker is there"}, std::chrono::seconds(7)};
  bool worker_there = true;
  std::set<std::string> may_be_paid, being_bought;         // jobs
  boost::asio::steady_timer* commit = nullptr;             // set: cancel() waits for it
  int cancels = 0;                                         // begun by clients
  std::size_t waiting() const { return waiters_.size(); }  // for news of jobs

  Awaitable<Principal> authenticate(std::string api_key) override;
  Awaitable<SubmitReply> submit(Principal who, Submission submission) override;
  Awaitable<Job> job(Principal who, JobId id) override;
  Awaitable<JobPage> jobs(Principal who, JobQuery query) override;
  Awaitable<Job> cancel(Principal who, JobId id) override;
  Awaitable<AudioFile> audio(Principal who, JobId id) override;
  Awaitable<Job> next_update(Principal who, JobId id, std::uint64_t after_revision,
                             std::chrono::milliseconds patience) override;
  Awaitable<UploadTarget> open_upload(std::string token) override;
  Awaitable<> finish_upload(std::string token) override;
  void abandon_upload(std::string token) override;
  void refuse_upload(std::string token, Error why) override;
  std::optional<TurnedAway> no_way_for(const Principal& who, const Submission& submission) override;
  std::optional<TurnedAway> no_way_for(const Job& job) override;
  bool may_be_paid_for(const JobId& job) override { return may_be_paid.contains(job.value); }
  bool is_being_bought(const JobId& job) override { return being_bought.contains(job.value); }
  Readiness readiness() override;
  std::string metrics_text() override;
  Awaitable<Operator> authenticate_admin(std::string admin_key) override;
  Awaitable<> add_worker(Operator by, WorkerId name, WorkerKeyOrder key) override;
  Awaitable<std::vector<WorkerInfo>> workers() override;
  Awaitable<> revoke_worker(Operator by, WorkerId name) override;
  Awaitable<JobPage> all_jobs(JobQuery query) override;
  Awaitable<Job> any_job(JobId id) override;
  Awaitable<Job> cancel_any(Operator by, JobId id) override;

 private:
  Result<Job> find(const TenantId* tenant, const JobId& id) const;
  Result<Job> cancel_in(const TenantId* tenant, const JobId& id);

  std::list<boost::asio::steady_timer*> waiters_;
};

}  // namespace musicfleet::http
