// What a song should be: the one description of a job that the HTTP API fills in, the store keeps, the wire
// carries and the worker's engine reads. Plain data, any thread. Limits that do not depend on a model are
// checked here, once.
#pragma once

#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace musicfleet {

enum class AudioContainer { kWav, kFlac, kMp3, kOpus };

// "wav", "flac", "mp3", "opus".
std::string_view name_of(AudioContainer container);
std::optional<AudioContainer> audio_container_of(std::string_view name);
// "audio/wav", "audio/flac", "audio/mpeg", "audio/ogg".
std::string_view media_type_of(AudioContainer container);

// How the song's file is encoded.
struct AudioFormat {
  AudioContainer container = AudioContainer::kWav;
  int sample_rate_hz = 48000;
  int bit_rate_kbps = 0;  // mp3 and opus; 0: the encoder's default for music (mp3 192, opus 128)

  bool operator==(const AudioFormat&) const = default;
};

struct JobSpec {
  std::string prompt;
  std::string lyrics;
  std::chrono::milliseconds duration{30'000};
  std::uint64_t seed = 0;
  std::optional<int> bpm;
  std::string key_scale;       // "C major"; empty: the model chooses
  std::string time_signature;  // "4"; empty: the model chooses
  std::string vocal_language = "en";
  bool instrumental = false;
  std::string model;            // the name of a model of the fleet; empty: any
  std::optional<int> steps;     // solver steps; unset: the checkpoint's recommendation
  std::optional<double> shift;  // of the timestep schedule; unset: the checkpoint's recommendation
  AudioFormat format;
  std::string title;  // one line for the file's tags, of no influence on the music; empty: none

  bool operator==(const JobSpec&) const = default;
};

// Limits of a JobSpec, quoted by errors, /openapi.json and the CLI's help.
struct JobLimits {
  static constexpr std::chrono::milliseconds kMinDuration{3'000};
  static constexpr std::chrono::milliseconds kMaxDuration{600'000};
  static constexpr std::size_t kMaxPromptCharacters = 4'100;
  static constexpr std::size_t kMaxLyricsCharacters = 20'000;
  static constexpr std::size_t kMaxNameCharacters = 64;
  static constexpr std::size_t kMaxTitleCharacters = 200;
  static constexpr std::uint64_t kMaxSeed = (std::uint64_t{1} << 53) - 1;  // exact in a JSON number
  static constexpr int kMinBpm = 30, kMaxBpm = 300;
  static constexpr int kMinSteps = 1, kMaxSteps = 200;
  static constexpr double kMinShift = 0.1, kMaxShift = 10.0;
};

// Checks every field; the error's `param` is the field's name in the HTTP API ("duration_seconds",
// "format.bit_rate").
Result<> validate(const JobSpec& spec);

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);
// Code points of a well-formed UTF-8 text.
std::size_t utf8_length(std::string_view text);

}  // namespace musicfleet
