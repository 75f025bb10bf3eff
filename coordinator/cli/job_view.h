// A job as its JSON shows it: what verbs print and what following one needs. Plain data, any thread.
#pragma once

#include "common/result.h"
#include "coordinator/cli/utc_time.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace musicfleet::cli {

struct AudioView {
  std::uint64_t size_bytes = 0;
  std::string sha256;  // hexadecimal
  double duration_seconds = 0;
  std::optional<double> loudness_lufs = {};  // none for silence
  std::optional<double> true_peak_dbtp = {};
  std::string model = {};
  double generate_seconds = 0;
};

struct JobView {
  std::string id;
  std::string state;
  std::uint64_t seed = 0;
  std::string worker;  // of the current or last lease; empty before the first
  int attempts = 0;
  std::string stage;
  int step = 0;
  int steps = 0;  // 0: not known yet
  std::optional<UtcTime> predicted_finish;
  std::string error;  // why it failed
  std::vector<std::string> warnings;
  std::optional<AudioView> audio;

  bool ended() const { return state == "succeeded" || state == "failed" || state == "cancelled"; }
};

// kCorrupt where it is no job.
Result<JobView> job_view_of(const nlohmann::json& job);

// What the events of a job's stream change: "state" its state and worker, "progress" how far it is. Other
// events, and data that is not JSON, change nothing.
void apply_event(JobView& job, const std::string& event, const std::string& data);

}  // namespace musicfleet::cli
