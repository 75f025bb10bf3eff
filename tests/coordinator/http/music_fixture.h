// The ElevenLabs music API over a FakeBackend whose songs are files of the test.
#pragma once

#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {

class MusicFixture : public HttpFixture {
 protected:
  // Starts the servers with these options; before the first request of a test.
  void start_with(MusicOptions options);
  // Every order from now on is a song with these bytes, as soon as it is submitted.
  void make_songs(const std::string& bytes);
  // A job becomes such a song.
  void finish(Job& job, const std::string& bytes);

  HttpReply music(const std::string& path, const nlohmann::json& body, std::vector<HttpHeader> headers = {},
                  const char* key = kGoodKey);
};

// A WAV file of two channels at 8 kHz.
std::string wav_of(const std::vector<std::int16_t>& samples);

}  // namespace musicfleet::http
