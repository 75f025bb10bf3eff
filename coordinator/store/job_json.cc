#include "coordinator/store/job_json.h"

#include "common/sha256.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace musicfleet::store {
namespace {

using Json = nlohmann::ordered_json;

// Text of a worker or a caller may not be UTF-8; what is readable of it is kept.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <class T>
void put_optional(Json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

template <class T>
std::optional<T> get_optional(const Json& json, const char* key) {
  if (!json.contains(key)) return std::nullopt;
  return json.at(key).get<T>();
}

// JSON has no NaN: it is null.
Json number(double value) { return std::isnan(value) ? Json() : Json(value); }
double number_of(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

Sha256 sha256_of(const std::string& text) {
  const std::optional<Sha256> sha256 = from_hex(text);
  if (!sha256) throw std::invalid_argument("no SHA-256");
  return *sha256;
}

// The JSON library throws; here that becomes an Error.
template <class Read>
auto parse(const std::string& text, const char* what, Read read) -> Result<decltype(read(Json()))> {
  try {
    return read(Json::parse(text));
  } catch (const std::exception& e) {
    return fail(ErrorCode::kCorrupt, "stored ", what, ": ", e.what());
  }
}

}  // namespace

std::string to_json(const JobSpec& spec) {
  Json json{{"prompt", spec.prompt},
            {"lyrics", spec.lyrics},
            {"duration_ms", spec.duration.count()},
            {"seed", spec.seed},
            {"key_scale", spec.key_scale},
            {"time_signature", spec.time_signature},
            {"vocal_language", spec.vocal_language},
            {"instrumental", spec.instrumental},
            {"model", spec.model},
            {"container", name_of(spec.format.container)},
            {"sample_rate_hz", spec.format.sample_rate_hz},
            {"bit_rate_kbps", spec.format.bit_rate_kbps}};
  if (!spec.title.empty()) json["title"] = spec.title;
  put_optional(json, "bpm", spec.bpm);
  put_optional(json, "steps", spec.steps);
  put_optional(json, "shift", spec.shift);
  return dump(json);
}

Result<JobSpec> spec_of_json(const std::string& text) {
  return parse(text, "job spec", [](const Json& json) {
    JobSpec spec;
    spec.prompt = json.at("prompt");
    spec.lyrics = json.at("lyrics");
    spec.duration = std::chrono::milliseconds(json.at("duration_ms").get<std::int64_t>());
    spec.seed = json.at("seed");
    spec.bpm = get_optional<int>(json, "bpm");
    spec.key_scale = json.at("key_scale");
    spec.time_signature = json.at("time_signature");
    spec.vocal_language = json.at("vocal_language");
    spec.instrumental = json.at("instrumental");
    spec.model = json.at("model");
    spec.title = get_optional<std::string>(json, "title").value_or("");
    spec.steps = get_optional<int>(json, "steps");
    spec.shift = get_optional<double>(json, "shift");
    const auto container = audio_container_of(json.at("container").get<std::string>());
    if (!container) throw std::invalid_argument("an unknown container");
    spec.format = {*container, json.at("sample_rate_hz"), json.at("bit_rate_kbps")};
    return spec;
  });
}

std::string to_json(const JobAudio& audio) {
  Json json{{"object", audio.object},
            {"size_bytes", audio.size_bytes},
            {"sha256", to_hex(audio.sha256)},
            {"media_type", audio.media_type},
            {"duration_ms", audio.duration.count()},
            {"sample_rate_hz", audio.sample_rate_hz},
            {"channels", audio.channels},
            {"loudness_lufs", number(audio.loudness_lufs)},
            {"true_peak_dbtp", number(audio.true_peak_dbtp)},
            {"model", audio.model},
            {"generate_ms", audio.generate_time.count()},
            {"encode_ms", audio.encode_time.count()}};
  if (audio.removed_at) json["removed_at"] = audio.removed_at->time_since_epoch().count();
  return dump(json);
}

Result<JobAudio> audio_of_json(const std::string& text) {
  return parse(text, "audio facts", [](const Json& json) {
    JobAudio audio;
    audio.object = json.at("object");
    audio.size_bytes = json.at("size_bytes");
    audio.sha256 = sha256_of(json.at("sha256"));
    audio.media_type = json.at("media_type");
    audio.duration = std::chrono::milliseconds(json.at("duration_ms").get<std::int64_t>());
    audio.sample_rate_hz = json.at("sample_rate_hz");
    audio.channels = json.at("channels");
    audio.loudness_lufs = number_of(json.at("loudness_lufs"));
    audio.true_peak_dbtp = number_of(json.at("true_peak_dbtp"));
    audio.model = json.at("model");
    audio.generate_time = std::chrono::milliseconds(json.at("generate_ms").get<std::int64_t>());
    audio.encode_time = std::chrono::milliseconds(json.at("encode_ms").get<std::int64_t>());
    if (const auto removed = get_optional<std::int64_t>(json, "removed_at"))
      audio.removed_at = WallTime(std::chrono::milliseconds(*removed));
    return audio;
  });
}

std::string to_json(const Error& error) {
  return dump({{"code", name_of(error.code)}, {"message", error.message}, {"param", error.param}});
}

Result<Error> error_of_json(const std::string& text) {
  return parse(text, "error", [](const Json& json) {
    return Error{error_code_of(json.at("code").get<std::string>()), json.at("message"), json.at("param")};
  });
}

std::string to_json(const std::vector<std::string>& texts) { return dump(Json(texts)); }

Result<std::vector<std::string>> texts_of_json(const std::string& text) {
  return parse(text, "list of texts", [](const Json& json) { return json.get<std::vector<std::string>>(); });
}

}  // namespace musicfleet::store
