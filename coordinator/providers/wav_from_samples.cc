#include "coordinator/providers/wav_from_samples.h"

#include "coordinator/storage/incoming_file.h"

#include <array>
#include <fstream>
#include <vector>

namespace musicfleet::providers {
namespace {

constexpr std::uint32_t kHeaderBytes = 44;
constexpr std::uint32_t kSampleBytes = 2;
constexpr std::uint64_t kMostDataBytes = 0xFFFF'FFFFu - kHeaderBytes;
constexpr std::size_t kPiece = std::size_t{1} << 20;

class Header {
 public:
  Header& text(std::string_view four) {
    for (const char c : four) bytes_.at(used_++) = static_cast<std::byte>(c);
    return *this;
  }
  Header& number(std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) bytes_.at(used_++) = static_cast<std::byte>(value >> (8 * i) & 0xFFu);
    return *this;
  }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::array<std::byte, kHeaderBytes> bytes_{};
  std::size_t used_ = 0;
};

// RIFF WAVE with 16-bit PCM.
Header header_of(std::uint32_t data_bytes, std::uint32_t rate, std::uint32_t channels) {
  Header header;
  header.text("RIFF").number(data_bytes + kHeaderBytes - 8, 4).text("WAVE");
  header.text("fmt ").number(16, 4).number(1, 2).number(channels, 2);
  header.number(rate, 4).number(rate * channels * kSampleBytes, 4).number(channels * kSampleBytes, 2);
  header.number(8 * kSampleBytes, 2).text("data").number(data_bytes, 4);
  return header;
}

// Whatever is nearer to what was ordered.
int channels_of(const SongOrder& order, std::uint64_t bytes) {
  if (bytes % (2 * kSampleBytes) != 0) return 1;
  if (!order.length) return 2;
  const auto frames = static_cast<std::uint64_t>(order.length->count()) *
                      static_cast<std::uint64_t>(order.format.sample_rate_hz) / 1000;
  return bytes * 2 < frames * kSampleBytes * 3 ? 1 : 2;
}

}  // namespace

Result<WavFile> wav_from_samples(const std::filesystem::path& raw, const std::filesystem::path& wav,
                                 const SongOrder& order) {
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(raw, error);
  if (error) return fail(ErrorCode::kUnavailable, raw.string(), ": ", error.message());
  if (bytes > kMostDataBytes)
    return fail(ErrorCode::kUnavailable, raw.string(), " is too long for a wav file");
  const int channels = channels_of(order, bytes);
  const auto rate = static_cast<std::uint32_t>(order.format.sample_rate_hz);
  const auto frame_bytes = kSampleBytes * static_cast<std::uint32_t>(channels);

  IncomingFile file = MF_TRY(IncomingFile::create(wav));
  MF_CHECK(file.append(
      header_of(static_cast<std::uint32_t>(bytes), rate, static_cast<std::uint32_t>(channels)).bytes()));
  std::ifstream samples(raw, std::ios::binary);
  std::vector<char> piece(kPiece);
  std::uint64_t copied = 0;
  while (copied < bytes) {
    samples.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<std::size_t>(samples.gcount());
    if (got == 0) return fail(ErrorCode::kUnavailable, raw.string(), " cannot be read to its end");
    MF_CHECK(file.append(std::as_bytes(std::span(piece.data(), got))));
    copied += got;
  }
  WavFile written;
  written.size_bytes = kHeaderBytes + copied;
  written.sha256 = MF_TRY(file.finish());
  written.channels = channels;
  written.duration = std::chrono::milliseconds(bytes / frame_bytes * 1000 / rate);
  return written;
}

}  // namespace musicfleet::providers
