// A job as the coordinator knows it: what the store keeps, what dispatching decides about and what the HTTP
// API shows. Plain data, any thread.
#pragma once

#include "common/fleet_messages.h"
#include "common/ids.h"
#include "common/job_spec.h"
#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet {

// Wall-clock time to the millisecond: what is stored and shown. Intervals are measured on a steady clock.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// docs/job-states.md has the diagram; the store's CHECK has the same names.
enum class JobState { kQueued, kLeased, kSucceeded, kFailed, kCancelled };

// "queued", "leased", "succeeded", "failed", "cancelled".
std::string_view name_of(JobState state);
std::optional<JobState> job_state_of(std::string_view name);
bool is_final(JobState state);
// The one table of allowed transitions.
bool may_follow(JobState from, JobState to);

// The published song of a succeeded job.
struct JobAudio {
  std::string object;  // key in the audio store
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  std::string media_type;
  std::chrono::milliseconds duration{0};
  int sample_rate_hz = 0;
  int channels = 0;
  double loudness_lufs = 0;  // NaN for silence
  double true_peak_dbtp = 0;
  std::string model;  // that made it
  std::chrono::milliseconds generate_time{0};
  std::chrono::milliseconds encode_time{0};
  std::optional<WallTime> removed_at;  // since when the object is gone
};

// How far the current lease is; lives in memory only.
struct JobProgress {
  Stage stage = Stage::kQueued;
  int step = 0;
  int steps = 0;
  std::optional<WallTime> predicted_finish;
};

struct Job {
  JobId id;
  TenantId tenant;
  JobState state = JobState::kQueued;
  JobSpec spec;      // with the seed that is used
  int priority = 0;  // −10 … 10, higher first
  std::optional<WallTime> deadline;
  std::string metadata_json = "{}";  // the caller's, opaque
  // The request of a caller of the ElevenLabs API, {"body":{…},"output_format":"mp3_44100_128"}, for a vendor
  // that understands it; empty for jobs of our own API. Shown to nobody, sent to no worker.
  std::string vendor_order = {};
  WallTime created_at{};
  WallTime updated_at{};
  std::optional<WallTime> started_at;   // of the current or last lease
  std::optional<WallTime> finished_at;  // set exactly in a final state
  Epoch epoch = 0;                      // of the current or last lease; 0 before the first
  int attempts = 0;
  WorkerId worker;  // owner of the current or last lease
  bool cancel_requested = false;
  std::optional<Error> error;     // why it failed
  bool dead = false;              // failed with its attempts used up: waits for an operator
  Epoch requeued_epoch = 0;       // attempts up to this one came before an operator put the job back
  std::optional<JobAudio> audio;  // exactly when succeeded
  std::vector<std::string> warnings;

  JobProgress progress;
  // Rises with every change of state or progress seen by this process; orders the updates of one job.
  std::uint64_t revision = 0;
};

}  // namespace musicfleet
