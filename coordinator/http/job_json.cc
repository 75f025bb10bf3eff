#include "coordinator/http/job_json.h"

#include "common/sha256.h"
#include "coordinator/http/rfc3339.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json finite_or_null(double number) {
  return std::isfinite(number) ? ordered_json(number) : ordered_json(nullptr);
}

ordered_json format_json(const AudioFormat& format) {
  return {
      {"type", name_of(format.container)},
      {"bit_rate", format.bit_rate_kbps == 0 ? ordered_json(nullptr) : ordered_json(format.bit_rate_kbps)},
      {"sample_rate", format.sample_rate_hz}};
}

ordered_json audio_json(const Job& job, const JobAudio& audio, const std::string& public_url) {
  return {{"url", concat(public_url, "/v1/jobs/", job.id, "/audio")},
          {"size_bytes", audio.size_bytes},
          {"sha256", to_hex(audio.sha256)},
          {"media_type", audio.media_type},
          {"duration_seconds", seconds(audio.duration)},
          {"sample_rate", audio.sample_rate_hz},
          {"channels", audio.channels},
          {"loudness_lufs", finite_or_null(audio.loudness_lufs)},
          {"true_peak_dbtp", finite_or_null(audio.true_peak_dbtp)},
          {"model", audio.model},
          {"generate_seconds", seconds(audio.generate_time)},
          {"encode_seconds", seconds(audio.encode_time)},
          {"removed_at", time_or_null(audio.removed_at)}};
}

}  // namespace

ordered_json progress_json(const JobProgress& progress) {
  return {{"stage", name_of(progress.stage)},
          {"step", progress.step},
          {"steps", progress.steps},
          {"predicted_finish", time_or_null(progress.predicted_finish)}};
}

ordered_json error_json(const Error& error) {
  return {{"code", name_of(error.code)}, {"message", error.message}, {"param", or_null(error.param)}};
}

ordered_json job_json(const Job& job, const std::string& public_url) {
  const JobSpec& spec = job.spec;
  // What the store kept was checked when it came in; a damaged row must not stop the job from being shown.
  ordered_json metadata = ordered_json::parse(job.metadata_json, nullptr, false);
  return {{"id", job.id.value},
          {"state", name_of(job.state)},
          {"prompt", spec.prompt},
          {"title", spec.title},
          {"lyrics", spec.lyrics},
          {"duration_seconds", seconds(spec.duration)},
          {"seed", spec.seed},
          {"bpm", or_null(spec.bpm)},
          {"key_scale", spec.key_scale},
          {"time_signature", spec.time_signature},
          {"vocal_language", spec.vocal_language},
          {"instrumental", spec.instrumental},
          {"model", spec.model},
          {"steps", or_null(spec.steps)},
          {"shift", or_null(spec.shift)},
          {"format", format_json(spec.format)},
          {"priority", job.priority},
          {"deadline", time_or_null(job.deadline)},
          {"metadata", metadata.is_object() ? std::move(metadata) : ordered_json::object()},
          {"created_at", rfc3339(job.created_at)},
          {"updated_at", rfc3339(job.updated_at)},
          {"started_at", time_or_null(job.started_at)},
          {"finished_at", time_or_null(job.finished_at)},
          {"epoch", job.epoch},
          {"attempts", job.attempts},
          {"worker", or_null(job.worker.value)},
          {"cancel_requested", job.cancel_requested},
          {"progress", progress_json(job.progress)},
          {"error", job.error ? error_json(*job.error) : ordered_json(nullptr)},
          {"warnings", job.warnings},
          {"audio", job.audio ? audio_json(job, *job.audio, public_url) : ordered_json(nullptr)}};
}

ordered_json admin_job_json(const Job& job, const std::string& public_url) {
  ordered_json document = job_json(job, public_url);
  document["tenant"] = job.tenant.value;
  document["dead"] = job.dead;
  return document;
}

}  // namespace musicfleet::http
