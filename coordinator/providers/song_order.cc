#include "coordinator/providers/song_order.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace musicfleet::providers {
namespace {

constexpr std::size_t kMostPromptCharacters = 4'100;
constexpr std::array kPcmRates{8000, 16000, 22050, 24000, 32000, 44100, 48000};
constexpr int kDefaultMp3Kbps = 192, kDefaultOpusKbps = 128;

struct VendorFormat {
  AudioContainer container;
  int sample_rate_hz;
  int bit_rate_kbps;
};

// 240 kbit/s, which the vendor also has, is no rate of an mp3 frame (docs/failover.md).
constexpr std::array kVendorFormats{
    VendorFormat{AudioContainer::kMp3, 22050, 32},  VendorFormat{AudioContainer::kMp3, 24000, 48},
    VendorFormat{AudioContainer::kMp3, 44100, 32},  VendorFormat{AudioContainer::kMp3, 44100, 64},
    VendorFormat{AudioContainer::kMp3, 44100, 96},  VendorFormat{AudioContainer::kMp3, 44100, 128},
    VendorFormat{AudioContainer::kMp3, 44100, 192}, VendorFormat{AudioContainer::kMp3, 48000, 128},
    VendorFormat{AudioContainer::kMp3, 48000, 192}, VendorFormat{AudioContainer::kMp3, 48000, 320},
    VendorFormat{AudioContainer::kOpus, 48000, 32}, VendorFormat{AudioContainer::kOpus, 48000, 64},
    VendorFormat{AudioContainer::kOpus, 48000, 96}, VendorFormat{AudioContainer::kOpus, 48000, 128},
    VendorFormat{AudioContainer::kOpus, 48000, 192}};

int bit_rate_of(const AudioFormat& format) {
  if (format.bit_rate_kbps != 0) return format.bit_rate_kbps;
  return format.container == AudioContainer::kOpus ? kDefaultOpusKbps : kDefaultMp3Kbps;
}

std::string prompt_of(const JobSpec& spec) {
  std::string prompt = spec.prompt;
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) prompt += concat(prompt.empty() ? "" : "\n", what, value);
  };
  if (spec.bpm) add("Tempo in beats per minute: ", std::to_string(*spec.bpm));
  add("Key: ", spec.key_scale);
  add("Beats in a bar: ", spec.time_signature);
  if (!spec.instrumental) add("Lyrics:\n", spec.lyrics);
  return prompt;
}

}  // namespace

std::optional<std::string> vendor_format_of(const AudioFormat& format) {
  if (format.container == AudioContainer::kWav) {
    const bool has_it =
        std::find(kPcmRates.begin(), kPcmRates.end(), format.sample_rate_hz) != kPcmRates.end();
    return has_it ? std::optional(concat("pcm_", format.sample_rate_hz)) : std::nullopt;
  }
  const bool has_it =
      std::any_of(kVendorFormats.begin(), kVendorFormats.end(), [&](const VendorFormat& known) {
        return known.container == format.container && known.sample_rate_hz == format.sample_rate_hz &&
               known.bit_rate_kbps == bit_rate_of(format);
      });
  if (!has_it) return std::nullopt;
  return concat(name_of(format.container), '_', format.sample_rate_hz, '_', bit_rate_of(format));
}

Result<SongOrder> order_of(const JobSpec& spec, const std::string& vendor_model) {
  const auto format = vendor_format_of(spec.format);
  if (!format)
    return fail_field("format", "is not one that ElevenLabs makes: ", name_of(spec.format.container), " at ",
                      spec.format.sample_rate_hz, " Hz");
  const std::string prompt = prompt_of(spec);
  if (utf8_length(prompt) > kMostPromptCharacters)
    return fail_field(spec.lyrics.empty() ? "prompt" : "lyrics", "and what goes with it are ",
                      utf8_length(prompt), " characters for ElevenLabs, which takes ", kMostPromptCharacters);
  nlohmann::ordered_json body{
      {"prompt", prompt}, {"music_length_ms", spec.duration.count()}, {"model_id", vendor_model}};
  if (spec.instrumental) body["force_instrumental"] = true;
  return SongOrder{body.dump(), *format, spec.format, spec.duration};
}

}  // namespace musicfleet::providers
