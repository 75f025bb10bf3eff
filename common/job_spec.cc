#include "common/job_spec.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace musicfleet {
namespace {

struct ContainerEntry {
  AudioContainer container;
  std::string_view name;
  std::string_view media_type;
};

constexpr std::array<ContainerEntry, 4> kContainers{{
    {AudioContainer::kWav, "wav", "audio/wav"},
    {AudioContainer::kFlac, "flac", "audio/flac"},
    {AudioContainer::kMp3, "mp3", "audio/mpeg"},
    {AudioContainer::kOpus, "opus", "audio/ogg"},
}};

Result<> check_text(std::string_view field, std::string_view text, std::size_t most) {
  if (!is_utf8(text)) return fail_field(std::string(field), "is not valid UTF-8");
  if (text.find('\0') != std::string_view::npos)
    return fail_field(std::string(field), "must not contain a NUL character");
  if (const std::size_t n = utf8_length(text); n > most)
    return fail_field(std::string(field), "must have at most ", most, " characters, not ", n);
  return {};
}

// Whether a code point that no line of text has is in well-formed UTF-8: controls (U+0000 to U+001F, U+007F
// to U+009F), line and paragraph separators (U+2028, U+2029).
bool breaks_line(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x20 || lead == 0x7F || rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9"))
      return true;
    if (lead == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

template <class T>
Result<> check_range(std::string_view field, T value, T least, T most) {
  // Written so that NaN is refused.
  if (!(value >= least && value <= most))
    return fail_field(std::string(field), "must be from ", least, " to ", most, ", not ", value);
  return {};
}

Result<> check_format(const AudioFormat& format) {
  const auto contains = [](const auto& list, int value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  static constexpr std::array kRates{8000, 16000, 22050, 24000, 32000, 44100, 48000};
  static constexpr std::array kOpusRates{8000, 16000, 24000, 48000};
  static constexpr std::array kMp3BitRates{32, 48, 64, 96, 128, 160, 192, 240, 256, 320};
  const bool opus = format.container == AudioContainer::kOpus;
  if (opus ? !contains(kOpusRates, format.sample_rate_hz) : !contains(kRates, format.sample_rate_hz))
    return fail_field(
        "format.sample_rate", "must be ",
        opus ? "8000, 16000, 24000 or 48000" : "8000, 16000, 22050, 24000, 32000, 44100 or 48000", " for ",
        name_of(format.container), ", not ", format.sample_rate_hz);
  if (format.bit_rate_kbps == 0) return {};
  switch (format.container) {
    case AudioContainer::kMp3:
      if (!contains(kMp3BitRates, format.bit_rate_kbps))
        return fail_field("format.bit_rate",
                          "must be 32, 48, 64, 96, 128, 160, 192, 240, 256 or 320 for mp3, not ",
                          format.bit_rate_kbps);
      // MPEG-2 (below 32 kHz) and MPEG-2.5 (below 16 kHz) have a smaller range.
      if (const int most = format.sample_rate_hz >= 32000   ? 320
                           : format.sample_rate_hz >= 16000 ? 160
                                                            : 64;
          format.bit_rate_kbps > most)
        return fail_field("format.bit_rate", "must be at most ", most, " for mp3 at ", format.sample_rate_hz,
                          " Hz, not ", format.bit_rate_kbps);
      return {};
    case AudioContainer::kOpus:
      return check_range("format.bit_rate", format.bit_rate_kbps, 16, 256);
    default:
      return fail_field("format.bit_rate", "is only for mp3 and opus");
  }
}

}  // namespace

std::string_view name_of(AudioContainer container) {
  for (const ContainerEntry& entry : kContainers)
    if (entry.container == container) return entry.name;
  return "";
}

std::optional<AudioContainer> audio_container_of(std::string_view name) {
  for (const ContainerEntry& entry : kContainers)
    if (entry.name == name) return entry.container;
  return std::nullopt;
}

std::string_view media_type_of(AudioContainer container) {
  for (const ContainerEntry& entry : kContainers)
    if (entry.container == container) return entry.media_type;
  return "";
}

Result<> validate(const JobSpec& spec) {
  MF_CHECK(check_text("prompt", spec.prompt, JobLimits::kMaxPromptCharacters));
  if (spec.prompt.find_first_not_of(" \t\r\n") == std::string::npos)
    return fail_field("prompt", "must not be empty");
  MF_CHECK(check_text("lyrics", spec.lyrics, JobLimits::kMaxLyricsCharacters));
  MF_CHECK(check_text("key_scale", spec.key_scale, JobLimits::kMaxNameCharacters));
  MF_CHECK(check_text("time_signature", spec.time_signature, JobLimits::kMaxNameCharacters));
  MF_CHECK(check_text("vocal_language", spec.vocal_language, JobLimits::kMaxNameCharacters));
  MF_CHECK(check_text("model", spec.model, JobLimits::kMaxNameCharacters));
  MF_CHECK(check_text("title", spec.title, JobLimits::kMaxTitleCharacters));
  if (breaks_line(spec.title)) return fail_field("title", "must be one line without control characters");
  if (spec.duration < JobLimits::kMinDuration || spec.duration > JobLimits::kMaxDuration)
    return fail_field("duration_seconds", "must be from 3 to 600, not ",
                      static_cast<double>(spec.duration.count()) / 1000.0);
  if (spec.seed > JobLimits::kMaxSeed)
    return fail_field("seed", "must be from 0 to ", JobLimits::kMaxSeed, ", not ", spec.seed);
  if (spec.bpm) MF_CHECK(check_range("bpm", *spec.bpm, JobLimits::kMinBpm, JobLimits::kMaxBpm));
  if (spec.steps) MF_CHECK(check_range("steps", *spec.steps, JobLimits::kMinSteps, JobLimits::kMaxSteps));
  if (spec.shift) MF_CHECK(check_range("shift", *spec.shift, JobLimits::kMinShift, JobLimits::kMaxShift));
  return check_format(spec.format);
}

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const int tail = lead >= 0xC2 && lead <= 0xDF   ? 1
                     : lead >= 0xE0 && lead <= 0xEF ? 2
                     : lead >= 0xF0 && lead <= 0xF4 ? 3
                                                    : 0;
    if (tail == 0 || i + static_cast<std::size_t>(tail) >= text.size()) return false;
    // The second byte's range excludes overlong forms, surrogates and what is above U+10FFFF.
    const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(i + 1) < low || byte(i + 1) > high) return false;
    for (int k = 2; k <= tail; ++k)
      if ((byte(i + static_cast<std::size_t>(k)) & 0xC0) != 0x80) return false;
    i += static_cast<std::size_t>(tail) + 1;
  }
  return true;
}

std::size_t utf8_length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace musicfleet
