#include "coordinator/elevenlabs/output_format.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace musicfleet::elevenlabs {
namespace {

constexpr std::array<std::string_view, 26> kNames{
    "auto",           "mp3_22050_32",  "mp3_24000_48",  "mp3_44100_32",  "mp3_44100_64",  "mp3_44100_96",
    "mp3_44100_128",  "mp3_44100_192", "mp3_48000_128", "mp3_48000_192", "mp3_48000_240", "mp3_48000_320",
    "pcm_8000",       "pcm_16000",     "pcm_22050",     "pcm_24000",     "pcm_32000",     "pcm_44100",
    "pcm_48000",      "ulaw_8000",     "alaw_8000",     "opus_48000_32", "opus_48000_64", "opus_48000_96",
    "opus_48000_128", "opus_48000_192"};

// What is before the next underscore, which is taken off with it.
std::string_view take_part(std::string_view& name) {
  const std::string_view part = name.substr(0, name.find('_'));
  name.remove_prefix(std::min(part.size() + 1, name.size()));
  return part;
}

int number_in(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::span<const std::string_view> output_format_names() { return kNames; }

std::optional<OutputFormat> output_format_of(std::string_view name, Generation generation) {
  if (name == "auto") name = generation == Generation::kV1 ? "mp3_44100_128" : "mp3_48000_192";
  OutputFormat format;
  for (const std::string_view known : kNames)
    if (known == name) format.name = known;
  if (format.name.empty()) return std::nullopt;
  const std::string_view codec = take_part(name);
  format.stored.sample_rate_hz = number_in(take_part(name));
  format.stored.bit_rate_kbps = number_in(name);
  if (codec == "mp3") format.stored.container = AudioContainer::kMp3;
  if (codec == "opus") format.stored.container = AudioContainer::kOpus;
  if (codec == "pcm") format.delivery = Delivery::kPcm;
  if (codec == "ulaw") format.delivery = Delivery::kUlaw;
  if (codec == "alaw") format.delivery = Delivery::kAlaw;
  return format;
}

std::string_view OutputFormat::media_type() const {
  switch (delivery) {
    case Delivery::kFile:
      break;
    case Delivery::kPcm:
      return "audio/pcm";
    case Delivery::kUlaw:
      return "audio/basic";  // RFC 2046, section 4.3
    case Delivery::kAlaw:
      return "audio/PCMA";  // RFC 4856, section 2.1.18
  }
  return media_type_of(stored.container);
}

std::string_view OutputFormat::extension() const {
  switch (delivery) {
    case Delivery::kFile:
      break;
    case Delivery::kPcm:
      return "pcm";
    case Delivery::kUlaw:
      return "ulaw";
    case Delivery::kAlaw:
      return "alaw";
  }
  return name_of(stored.container);
}

}  // namespace musicfleet::elevenlabs
