#include "tests/coordinator/http/music_fixture.h"

#include "common/sha256.h"

#include <fstream>

namespace musicfleet::http {
namespace {

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xFF);
  return text;
}

}  // namespace

void MusicFixture::start_with(MusicOptions options) {
  ApiOptions api = default_api();
  api.music = std::move(options);
  start({}, api);
}

void MusicFixture::finish(Job& job, const std::string& bytes) {
  const std::filesystem::path path = folder_ / "made";
  std::ofstream(path, std::ios::binary) << bytes;
  job.state = JobState::kSucceeded;
  job.audio.emplace();
  job.audio->size_bytes = bytes.size();
  job.audio->sha256 = sha256(bytes);
  backend_.audio_files[job.id.value] = path;
}

void MusicFixture::make_songs(const std::string& bytes) {
  on_loop([&] { backend_.on_submit = [this, bytes](Job& job) { finish(job, bytes); }; });
}

HttpReply MusicFixture::music(const std::string& path, const nlohmann::json& body,
                              std::vector<HttpHeader> headers, const char* key) {
  headers.push_back({"Content-Type", "application/json"});
  if (*key) headers.push_back({"xi-api-key", key});
  return request("POST", url("/v1/music" + path), body.dump(), std::move(headers), "");
}

std::string wav_of(const std::vector<std::int16_t>& samples) {
  std::string data;
  for (const std::int16_t sample : samples) data += number(static_cast<std::uint16_t>(sample), 2);
  const std::string format =
      number(1, 2) + number(2, 2) + number(8000, 4) + number(32000, 4) + number(4, 2) + number(16, 2);
  const std::string chunks = "fmt " + number(16, 4) + format + "data" +
                             number(static_cast<std::uint32_t>(data.size()), 4) + data + "ID3 " +
                             number(2, 4) + "xx";
  return "RIFF" + number(static_cast<std::uint32_t>(chunks.size() + 4), 4) + "WAVE" + chunks;
}

}  // namespace musicfleet::http
