#include "coordinator/cli/verbs/generate.h"

#include "common/random.h"
#include "coordinator/cli/progress_display.h"
#include "coordinator/cli/song_file.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <utility>

namespace musicfleet::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kIdempotencyKeyCharacters = 32;
constexpr int kSubmitTries = 4;
constexpr std::chrono::seconds kCancelPatience{60};

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

nlohmann::json submission_of(const GenerateOptions& options) {
  const JobSpec& spec = options.spec;
  nlohmann::json format{{"type", name_of(spec.format.container)},
                        {"sample_rate", spec.format.sample_rate_hz}};
  if (spec.format.bit_rate_kbps != 0) format["bit_rate"] = spec.format.bit_rate_kbps;
  nlohmann::json body{{"prompt", spec.prompt},
                      {"title", spec.title},
                      {"lyrics", spec.lyrics},
                      {"duration_seconds", static_cast<double>(spec.duration.count()) / 1000},
                      {"key_scale", spec.key_scale},
                      {"time_signature", spec.time_signature},
                      {"vocal_language", spec.vocal_language},
                      {"instrumental", spec.instrumental},
                      {"model", spec.model},
                      {"format", std::move(format)},
                      {"priority", options.priority}};
  if (options.seed) body["seed"] = *options.seed;
  if (spec.bpm) body["bpm"] = *spec.bpm;
  if (spec.steps) body["steps"] = *spec.steps;
  if (spec.shift) body["shift"] = *spec.shift;
  if (options.deadline_seconds) body["deadline_seconds"] = *options.deadline_seconds;
  return body;
}

// Under one Idempotency-Key, so that trying again after a lost answer makes no second job. A request on its
// way is not broken off by a stop: it may already have made the job, which then must be known to be
// cancelled.
Result<JobView> submit(const GenerateOptions& options, ApiClient& api, const std::stop_token& stop) {
  const nlohmann::json body = submission_of(options);
  const std::string key = random_token(kIdempotencyKeyCharacters);
  std::chrono::milliseconds pause = options.follow.first_retry;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    const auto job = api.post("/v1/jobs", body, {{"Idempotency-Key", key}});
    if (job) return job_view_of(*job);
    if (job.error().code != ErrorCode::kUnavailable || attempt == kSubmitTries) return Failure(job.error());
    if (!pause_for(pause, stop)) return fail(ErrorCode::kCancelled, "stopped");
  }
}

// After Ctrl-C: asks for the end and waits for it. The Error says how it came out.
Failure cancel(const JobView& job, ApiClient& api, FollowOptions follow, ProgressDisplay& display) {
  display.note("cancelling; press Ctrl-C again to leave at once");
  const auto asked = api.remove("/v1/jobs/" + path_segment(job.id));
  if (!asked)
    return fail(asked.error().code, "job ", job.id, " could not be cancelled: ", asked.error().message);
  follow.patience = kCancelPatience;
  const Result<JobView> ended = JobFollower(api, follow).follow(job.id, [](const JobView&) {}, {});
  if (!ended) return Failure(ended.error());
  return fail(ErrorCode::kCancelled, "job ", job.id, " ended as ", ended->state);
}

// Worth showing only while it is being looked at.
HttpClient::Progress download_progress(const Console& console, ProgressDisplay& display, const JobView& job) {
  if (!console.err_is_terminal) return {};
  return [&display, view = JobView(job), last = std::uint64_t{0}](std::uint64_t done,
                                                                  std::uint64_t total) mutable {
    const std::uint64_t percent = total == 0 ? 0 : done * 100 / total;
    if (percent == std::exchange(last, percent)) return true;
    view.state = "leased";
    view.stage = "downloading";
    view.step = static_cast<int>(percent);
    view.steps = 100;
    display.show(view);
    return true;
  };
}

void print_json(const JobView& job, const std::string& file, std::ostream& out) {
  const AudioView& audio = *job.audio;
  const ordered_json line{
      {"job", job.id},
      {"file", file},
      {"seed", job.seed},
      {"seconds", audio.generate_seconds},
      {"realtime", audio.generate_seconds > 0 ? ordered_json(audio.duration_seconds / audio.generate_seconds)
                                              : ordered_json(nullptr)},
      {"duration_seconds", audio.duration_seconds},
      {"lufs", or_null(audio.loudness_lufs)},
      {"true_peak_dbtp", or_null(audio.true_peak_dbtp)},
      {"sha256", audio.sha256},
      {"model", audio.model},
      {"worker", job.worker},
      {"attempts", job.attempts},
      {"warnings", job.warnings}};
  out << line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << std::endl;
}

void print_summary(const JobView& job, const std::string& file, std::ostream& out) {
  const AudioView& audio = *job.audio;
  std::array<char, 160> text;
  std::snprintf(text.data(), text.size(), "%.1f s of audio in %.1f s", audio.duration_seconds,
                audio.generate_seconds);
  out << file << ": " << text.data();
  if (audio.loudness_lufs && audio.true_peak_dbtp) {
    std::snprintf(text.data(), text.size(), ", %.1f LUFS, true peak %.1f dBTP", *audio.loudness_lufs,
                  *audio.true_peak_dbtp);
    out << text.data();
  }
  out << ", seed " << job.seed << ", model " << one_line(audio.model, 80) << ", job " << job.id << std::endl;
}

}  // namespace

Result<> generate(const GenerateOptions& options, ApiClient& api, Console& console, const Clock& clock,
                  std::stop_token stop) {
  const JobView submitted = MF_TRY(submit(options, api, stop));
  ProgressDisplay display(console, clock);
  display.note(concat("job ", submitted.id, ", seed ", submitted.seed));
  Result<JobView> job = JobFollower(api, options.follow)
                            .follow(
                                submitted.id, [&](const JobView& now) { display.show(now); }, stop);
  if (!job && stop.stop_requested()) return cancel(submitted, api, options.follow, display);
  if (!job) return Failure(job.error());
  if (job->state != "succeeded") {
    const std::string why = job->error.empty() ? std::string() : ": " + job->error;
    return fail(ErrorCode::kInternal, "job ", job->id, " ended as ", job->state, one_line(why, 1000));
  }
  MF_CHECK(download_song(api, *job, options.out, download_progress(console, display, *job), stop));
  display.clear();
  for (const std::string& warning : job->warnings)
    console.err << "warning: " << one_line(warning, 1000) << std::endl;
  if (options.json)
    print_json(*job, options.out, console.out);
  else
    print_summary(*job, options.out, console.out);
  return {};
}

}  // namespace musicfleet::cli
