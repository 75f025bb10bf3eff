#include "coordinator/providers/song_check.h"

#include <charconv>

namespace musicfleet::providers {
namespace {

// A song may end a little before its time; one of nine tenths was cut.
constexpr std::uint64_t kLeastPercent = 90;

constexpr std::uint64_t kSampleBytes = 2;

// Of raw samples nothing but the size says what they are.
std::string check_samples(const SongOrder& order, std::uint64_t size) {
  if (size % kSampleBytes != 0) return "the answer is no row of 16-bit samples";
  if (!order.length) return {};
  const auto length_ms = static_cast<std::uint64_t>(order.length->count());
  const std::uint64_t mono =
      length_ms * static_cast<std::uint64_t>(order.format.sample_rate_hz) / 1000 * kSampleBytes;
  if (size * 100 >= mono * kLeastPercent) return {};
  return concat("the answer has ", size, " bytes; a song of ", length_ms, " ms has at least ", mono);
}

// In kbit/s, by the name of the format that was ordered: "mp3_44100_128"; 0 where it says none.
std::uint64_t bit_rate_of(std::string_view output_format) {
  const std::string_view last = output_format.substr(output_format.rfind('_') + 1);
  std::uint64_t rate = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), rate);
  return error == std::errc{} && end == last.data() + last.size() ? rate : 0;
}

bool begins_like(AudioContainer container, std::string_view head) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
  switch (container) {
    case AudioContainer::kMp3:
      return head.substr(0, 3) == "ID3" || (head.size() >= 2 && byte(0) == 0xFF && (byte(1) & 0xE0) == 0xE0);
    case AudioContainer::kOpus:
      return head.substr(0, 4) == "OggS";
    case AudioContainer::kWav:
      return head.substr(0, 4) == "RIFF" && head.substr(8, 4) == "WAVE";
    case AudioContainer::kFlac:
      return head.substr(0, 4) == "fLaC";
  }
  return false;
}

}  // namespace

std::string song_check(const SongOrder& order, std::string_view head, std::uint64_t size) {
  if (size == 0) return "the answer is empty";
  if (order.is_raw()) return check_samples(order, size);
  if (!begins_like(order.format.container, head))
    return concat("the answer does not begin like ", name_of(order.format.container));
  if (order.format.container == AudioContainer::kMp3 && order.length) {
    const std::uint64_t bit_rate = bit_rate_of(order.output_format);
    const auto length_ms = static_cast<std::uint64_t>(order.length->count());
    const std::uint64_t expected = length_ms * bit_rate / 8;
    if (size * 100 < expected * kLeastPercent)
      return concat("the answer has ", size, " bytes; a song of ", length_ms, " ms at ", bit_rate,
                    " kbit/s has about ", expected);
  }
  return {};
}

}  // namespace musicfleet::providers
