// What the HTTP routes ask of the coordinator. The routes know paths, JSON and headers; behind this interface
// are the store, dispatching and the audio store. Implemented by coordinator/backend; tests implement it in
// memory. Every call is made on the loop thread and its awaitable completes there; no call blocks it.
#pragma once

#include "common/result.h"
#include "coordinator/access_key.h"
#include "coordinator/job.h"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace musicfleet::http {

template <class T = void>
using Awaitable = boost::asio::awaitable<Result<T>>;

// Whoever holds a valid API key.
struct Principal {
  TenantId tenant;
  KeyId key;
  KeyScopes scopes = {};
};

// Whoever holds a valid admin key.
struct Operator {
  std::string name;  // of the key: the actor of the audit log
  KeyScopes scopes = {};
};

struct Submission {
  JobSpec spec;
  std::optional<std::uint64_t> seed;  // unset: the coordinator draws one
  int priority = 0;
  std::optional<std::chrono::milliseconds> deadline;  // from now
  std::string metadata_json = "{}";
  std::string vendor_order = {};  // Job::vendor_order
  std::optional<std::string> idempotency_key;
  Sha256 body_sha256{};  // of the raw request body: what an idempotency key is bound to
};

// A submission over a limit, or one that nobody would make: nothing is taken in.
struct TurnedAway {
  Error why;  // kQuota; without a way kUnavailable, or kInvalidArgument where there never is one
  std::chrono::seconds retry_after{1};
};

struct SubmitReply {
  Job job;
  bool replayed = false;                       // an earlier request with the same idempotency key made it
  std::optional<TurnedAway> turned_away = {};  // set: there is no job
};

struct JobQuery {
  std::optional<JobState> state;
  std::string cursor;  // empty: from the newest
  int limit = 50;      // 1 … 200
  bool dead = false;   // only those that wait for an operator; for operators alone
};

struct JobPage {
  std::vector<Job> jobs;    // newest first
  std::string next_cursor;  // empty on the last page
};

// A published song's file, for reading.
struct AudioFile {
  std::filesystem::path path;
  JobAudio audio;
};

// What an upload ticket admits: exactly this many bytes with exactly this hash, written to `path` under a
// temporary name by the HTTP server's file pool and handed back with finish_upload().
struct UploadTarget {
  std::filesystem::path temporary_path;
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
};

struct WorkerKeyOrder {
  std::string public_key;  // Z85
  std::chrono::seconds valid_after{0};
  std::optional<std::chrono::seconds> lifetime = {};  // from then on; unset: until it is revoked
};

struct WorkerInfo {
  WorkerId name;
  std::string public_key;  // Z85
  bool revoked = false;
  bool connected = false;
  bool draining = false;
  std::string device;
  std::string software_version;
  std::vector<FleetModel> models;
  std::vector<RunningJob> running;
  std::optional<WallTime> last_seen_at;
};

struct Readiness {
  bool store_ok = false;
  int workers_connected = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  // kUnauthenticated for an unknown, malformed or revoked key, all with the same message, and for one that
  // has expired.
  virtual Awaitable<Principal> authenticate(std::string api_key) = 0;

  // Completes after the commit that records the job. Turned away over a limit of the tenant or the
  // coordinator.
  virtual Awaitable<SubmitReply> submit(Principal who, Submission submission) = 0;
  // kNotFound for a job of another tenant, as for one that does not exist.
  virtual Awaitable<Job> job(Principal who, JobId id) = 0;
  virtual Awaitable<JobPage> jobs(Principal who, JobQuery query) = 0;
  // Completes after the commit. A leased job is marked; it ends when its owner has stopped. kConflict in a
  // final state other than cancelled.
  virtual Awaitable<Job> cancel(Principal who, JobId id) = 0;
  // kConflict while the job has not succeeded, kNotFound once its song is no longer kept.
  virtual Awaitable<AudioFile> audio(Principal who, JobId id) = 0;
  // The job as soon as its revision is above `after_revision`, or unchanged when `patience` has passed.
  virtual Awaitable<Job> next_update(Principal who, JobId id, std::uint64_t after_revision,
                                     std::chrono::milliseconds patience) = 0;

  // Tickets: kNotFound for a token that is unknown, used, expired or replaced by a newer one for the same
  // lease; kConflict for one whose lease was lost meanwhile, or while a song of that lease is being
  // published.
  virtual Awaitable<UploadTarget> open_upload(std::string token) = 0;
  // The file is complete, its size and hash verified; fsyncs and publishes it. Completes after the commit.
  virtual Awaitable<> finish_upload(std::string token) = 0;
  // The upload broke off, did not match or could not be published, and its temporary file is gone: the ticket
  // may be used again. Nothing for a token that is unknown.
  virtual void abandon_upload(std::string token) = 0;
  // The same, where the bytes were not those that the worker had announced. An upload may be damaged on its
  // way; a lease whose upload was refused too often is lost, as a failure of its worker.
  virtual void refuse_upload(std::string token, Error why) = 0;

  // Why a caller that holds a connection open for this song would wait in vain: no worker may make it in
  // time, and it cannot be bought either. Unset where it has a way.
  virtual std::optional<TurnedAway> no_way_for(const Principal& who, const Submission& submission) = 0;
  // The same of a job that waits.
  virtual std::optional<TurnedAway> no_way_for(const Job& job) = 0;
  // Whether its song was ordered elsewhere and nobody knows whether that was paid for.
  virtual bool may_be_paid_for(const JobId& job) = 0;
  // Whether its song is being bought at the moment, so that it may be paid for though it is cancelled.
  virtual bool is_being_bought(const JobId& job) = 0;
  virtual Readiness readiness() = 0;
  virtual std::string metrics_text() = 0;  // Prometheus exposition

  // The admin API's part. What changes something is in the audit log under the operator's name.
  virtual Awaitable<Operator> authenticate_admin(std::string admin_key) = 0;
  virtual Awaitable<> add_worker(Operator by, WorkerId name, WorkerKeyOrder key) = 0;
  virtual Awaitable<std::vector<WorkerInfo>> workers() = 0;
  virtual Awaitable<> revoke_worker(Operator by, WorkerId name) = 0;
  virtual Awaitable<JobPage> all_jobs(JobQuery query) = 0;
  virtual Awaitable<Job> any_job(JobId id) = 0;
  virtual Awaitable<Job> cancel_any(Operator by, JobId id) = 0;
};

}  // namespace musicfleet::http
