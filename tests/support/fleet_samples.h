// One message of every kind with every field set to something of its own, and a readable comparison: what the
// wire and fuzz tests start from.
#pragma once

#include "common/fleet_messages.h"

#include <vector>

namespace musicfleet::testing {

inline std::vector<to_coordinator::Message> every_message_to_coordinator() {
  const Lease lease{{"job_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 7};
  Sha256 hash;
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(200 + i);
  const std::vector<RunningJob> running{{lease, Stage::kDenoising, 3, 8},
                                        {{{"job_2"}, 1}, Stage::kUploading, 0, 0}};
  to_coordinator::SongReady ready;
  ready.lease = lease;
  ready.size_bytes = 5'760'044;
  ready.sha256 = hash;
  ready.media_type = "audio/flac";
  ready.duration = std::chrono::milliseconds(30'001);
  ready.sample_rate_hz = 44'100;
  ready.channels = 2;
  ready.model_name = "acestep-v15-turbo";
  ready.generate_time = std::chrono::milliseconds(4'200);
  ready.encode_time = std::chrono::milliseconds(120);
  ready.warnings = {"lyrics were cut to the model's limit of 2048 tokens", "naïve – 日本"};
  ready.loudness_lufs = -13.5;
  ready.true_peak_dbtp = -0.7;
  return {
      to_coordinator::Hello{
          2,
          1,
          "0.1.0",
          "cuda:0 Ä",
          {{"m", "ace_v15", "turbo", true, 900'000'000, 1'234'567}, {"n", "ace_v1", "base", false, 0, 0}},
          running,
          2,
          9'000'000'000,
          true},
      to_coordinator::Heartbeat{running, true, 8'000'000'001},
      ready,
      to_coordinator::Uploaded{lease},
      to_coordinator::Failed{lease,
                             {ErrorCode::kOutOfMemory, "not enough memory for 600 s", "duration_seconds"}},
      to_coordinator::Returned{lease},
      to_coordinator::Goodbye{},
  };
}

inline std::vector<to_worker::Message> every_message_to_worker() {
  const Lease lease{{"job_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 0xffff'ffff};
  JobSpec spec;
  spec.prompt = "dark trap, 808 – \"heavy\"";
  spec.lyrics = "[verse]\nüber alles\n";
  spec.duration = std::chrono::milliseconds(29'999);
  spec.seed = JobLimits::kMaxSeed;
  spec.bpm = 140;
  spec.key_scale = "C minor";
  spec.time_signature = "4";
  spec.vocal_language = "de";
  spec.instrumental = true;
  spec.model = "acestep-v15-turbo";
  spec.steps = 8;
  spec.shift = 3.0;
  spec.format = {AudioContainer::kOpus, 48'000, 160};
  spec.title = "Nachtfahrt – \"live\" \U0001F3B9";
  using std::chrono::milliseconds;
  return {
      to_worker::Welcome{1, "gpu-1", milliseconds(5'000), milliseconds(15'000)},
      to_worker::Refused{"protocol 9 is too new"},
      to_worker::Again{},
      to_worker::Assign{lease, spec},
      to_worker::Cancel{lease},
      to_worker::Ticket{lease,
                        "PUT",
                        "https://example.org/u/1?x=y",
                        {{"x-amz-a", "b"}, {"content-length", "5"}},
                        milliseconds(60'000)},
      to_worker::Accepted{lease},
      to_worker::Drain{},
      to_worker::Recall{lease},
      to_worker::Resume{},
  };
}

}  // namespace musicfleet::testing
