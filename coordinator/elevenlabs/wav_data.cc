#include "coordinator/elevenlabs/wav_data.h"

#include <array>
#include <fstream>
#include <string_view>

namespace musicfleet::elevenlabs {
namespace {

template <std::size_t N>
std::uint32_t little_endian(const std::array<char, N>& bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = count; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

}  // namespace

Result<WavData> find_wav_data(const std::filesystem::path& path) {
  const auto no_wav = [&] { return fail(ErrorCode::kCorrupt, path, " is not a WAV file of 16-bit samples"); };
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory) return fail(ErrorCode::kNotFound, path, " is not there");
  if (error || !file) return fail(ErrorCode::kUnavailable, "cannot open ", path);
  std::array<char, 12> head;
  if (!file.read(head.data(), head.size())) return no_wav();
  if (std::string_view(head.data(), 4) != "RIFF" || std::string_view(head.data() + 8, 4) != "WAVE")
    return no_wav();
  WavData found;
  std::uint64_t at = head.size();
  for (std::array<char, 8> chunk;
       file.seekg(static_cast<std::streamoff>(at)) && file.read(chunk.data(), 8);) {
    const std::string_view name(chunk.data(), 4);
    const std::uint64_t bytes = little_endian(chunk, 4, 4);
    at += 8;
    if (at + bytes > size) return no_wav();
    if (name == "fmt ") {
      std::array<char, 16> format;
      if (bytes < format.size() || !file.read(format.data(), format.size())) return no_wav();
      constexpr std::uint32_t kPcm = 1;
      if (little_endian(format, 0, 2) != kPcm || little_endian(format, 14, 2) != 16) return no_wav();
      found.channels = static_cast<int>(little_endian(format, 2, 2));
    } else if (name == "data") {
      found.offset = at;
      found.bytes = bytes;
    }
    at += bytes + bytes % 2;  // chunks begin at even places
  }
  if (found.offset == 0 || found.channels == 0) return no_wav();
  return found;
}

}  // namespace musicfleet::elevenlabs
