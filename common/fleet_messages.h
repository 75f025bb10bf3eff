// The fleet protocol as plain structs: what worker and coordinator say to each other (schema/fleet.capnp,
// told in docs/protocol.md). common/wire turns them into bytes and back; dispatching and the daemon see only
// these. Any thread.
#pragma once

#include "common/ids.h"
#include "common/job_spec.h"
#include "common/result.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace musicfleet {

using Sha256 = std::array<std::uint8_t, 32>;

// The right to work on a job: worthless as soon as the job has a higher epoch.
struct Lease {
  JobId job;
  Epoch epoch = 0;

  auto operator<=>(const Lease&) const = default;
};

enum class Stage { kQueued, kConditioning, kDenoising, kDecoding, kEncoding, kUploading };

// "queued", "conditioning", …: as the HTTP API shows it.
std::string_view name_of(Stage stage);

struct RunningJob {
  Lease lease;
  Stage stage = Stage::kQueued;
  int step = 0;  // solver steps done, of `steps`; steps is 0 before the schedule is known
  int steps = 0;
};

struct FleetModel {
  std::string name;
  std::string family;
  std::string variant;
  bool loaded = true;  // is on the device, not only on the disk
  // A song of so many seconds, batch 1, smallest tiles, takes at most fixed + seconds × per_second bytes of
  // the device beside the weights. Both 0: unknown.
  std::uint64_t memory_fixed_bytes = 0;
  std::uint64_t memory_bytes_per_second = 0;
};

namespace to_coordinator {

struct Hello {
  int protocol_version = 0;
  int min_protocol_version = 0;
  std::string software_version;
  std::string device;
  std::vector<FleetModel> models;
  std::vector<RunningJob> running;
  int slots = 1;
  std::uint64_t memory_free_bytes = 0;  // what a song may take on the device beside the weights; 0: unknown
  bool draining = false;                // takes no new job
};

struct Heartbeat {
  std::vector<RunningJob> running;
  bool draining = false;
  std::uint64_t memory_free_bytes = 0;  // as in Hello
};

struct SongReady {
  Lease lease;
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  std::string media_type;
  std::chrono::milliseconds duration{0};
  int sample_rate_hz = 0;
  int channels = 0;
  std::string model_name;
  std::chrono::milliseconds generate_time{0};
  std::chrono::milliseconds encode_time{0};
  std::vector<std::string> warnings;
  double loudness_lufs = 0;  // NaN for silence
  double true_peak_dbtp = 0;
};

struct Uploaded {
  Lease lease;
};

struct Failed {
  Lease lease;
  Error error;
};

struct Goodbye {};

// The answer to Recall: the job had not begun and is not held any more.
struct Returned {
  Lease lease;
};

using Message = std::variant<Hello, Heartbeat, SongReady, Uploaded, Failed, Goodbye, Returned>;

}  // namespace to_coordinator

namespace to_worker {

struct Welcome {
  int protocol_version = 0;
  std::string worker_name;
  std::chrono::milliseconds heartbeat{5000};
  std::chrono::milliseconds lease{15000};
};

struct Refused {
  std::string reason;
};

struct Again {};

struct Assign {
  Lease lease;
  JobSpec spec;
};

struct Cancel {
  Lease lease;
};

struct Header {
  std::string name;
  std::string value;
};

struct Ticket {
  Lease lease;
  std::string method;
  std::string url;
  std::vector<Header> headers;
  std::chrono::milliseconds expires{0};  // from now
};

struct Accepted {
  Lease lease;
};

// Take no new job, give back what has not begun, finish the rest.
struct Drain {};

// Give this job back if it has not begun: answered with Returned. One that has begun goes on without an
// answer.
struct Recall {
  Lease lease;
};

// Undoes Drain.
struct Resume {};

using Message =
    std::variant<Welcome, Refused, Again, Assign, Cancel, Ticket, Accepted, Drain, Recall, Resume>;

}  // namespace to_worker
}  // namespace musicfleet
