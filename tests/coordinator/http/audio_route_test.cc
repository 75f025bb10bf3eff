#include "common/sha256.h"
#include "tests/coordinator/http/http_fixture.h"

#include <fstream>

namespace musicfleet::http {
namespace {

std::string song_bytes(std::size_t n) {
  std::string bytes(n, '\0');
  for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
  return bytes;
}

class AudioRouteTest : public HttpFixture {
 protected:
  AudioRouteTest() { id_ = add_song(song_); }

  HttpReply audio(std::vector<HttpHeader> headers = {}, const char* method = "GET") {
    return request(method, url(concat("/v1/jobs/", id_, "/audio")), {}, std::move(headers));
  }

  const std::string song_ = song_bytes(1'000'003);
  const std::string etag_ = "\"" + to_hex(sha256(song_)) + "\"";
  JobId id_;
};

TEST_F(AudioRouteTest, GivesTheWholeSong) {
  const HttpReply reply = audio();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, song_);
  EXPECT_EQ(reply.header("Content-Length"), "1000003");
  EXPECT_EQ(reply.header("Content-Type"), "audio/mpeg");
  EXPECT_EQ(reply.header("Content-Disposition"), "attachment; filename=\"job_song.mp3\"");
  EXPECT_EQ(reply.header("Accept-Ranges"), "bytes");
  EXPECT_EQ(reply.header("ETag"), etag_);
}

TEST_F(AudioRouteTest, HeadTellsTheSameWithoutTheBytes) {
  const HttpReply reply = audio({}, "HEAD");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Length"), "1000003");
  EXPECT_EQ(reply.header("ETag"), etag_);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(audio({{"Range", "bytes=0-9"}}, "HEAD").status, 200);
}

TEST_F(AudioRouteTest, GivesARange) {
  const HttpReply middle = audio({{"Range", "bytes=300000-900000"}});
  EXPECT_EQ(middle.status, 206);
  EXPECT_EQ(middle.body, song_.substr(300'000, 600'001));
  EXPECT_EQ(middle.header("Content-Range"), "bytes 300000-900000/1000003");
  EXPECT_EQ(audio({{"Range", "bytes=-3"}}).body, song_.substr(1'000'000));
  EXPECT_EQ(audio({{"Range", "bytes=0-1,5-6"}}).status, 200);
}

TEST_F(AudioRouteTest, ARangeBeyondTheEndIsA416) {
  const HttpReply reply = audio({{"Range", "bytes=1000003-"}});
  EXPECT_EQ(reply.status, 416);
  EXPECT_EQ(reply.header("Content-Range"), "bytes */1000003");
  EXPECT_EQ(detail_of(reply)["param"], "Range");
}

TEST_F(AudioRouteTest, IfRangeOfAnotherFileGivesTheWholeOne) {
  EXPECT_EQ(audio({{"Range", "bytes=0-9"}, {"If-Range", etag_}}).status, 206);
  EXPECT_EQ(audio({{"Range", "bytes=0-9"}, {"If-Range", "\"other\""}}).status, 200);
  EXPECT_EQ(audio({{"Range", "bytes=0-9"}, {"If-Range", "W/" + etag_}}).status, 200);
  EXPECT_EQ(audio({{"Range", "bytes=0-9"}, {"If-Range", "Sun, 22 Nov 2026 00:00:00 GMT"}}).status, 200);
}

TEST_F(AudioRouteTest, AKnownFileIsNotSentAgain) {
  for (const std::string& tags : {etag_, "\"x\", W/" + etag_, std::string("*")}) {
    const HttpReply reply = audio({{"If-None-Match", tags}});
    EXPECT_EQ(reply.status, 304) << tags;
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.header("ETag"), etag_);
  }
  EXPECT_EQ(audio({{"If-None-Match", "\"x\""}}).status, 200);
}

TEST_F(AudioRouteTest, AJobWithoutASongIsAConflict) {
  add_job("job_2", JobState::kLeased);
  EXPECT_EQ(get("/v1/jobs/job_2/audio").status, 409);
  EXPECT_EQ(get("/v1/jobs/job_3/audio").status, 404);
}

TEST_F(AudioRouteTest, AFileOfAnotherSizeIsNotServed) {
  std::ofstream(folder_ / "song.mp3", std::ios::binary) << "short";
  const HttpReply reply = audio();
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(detail_of(reply)["code"], "corrupt");
}

TEST_F(AudioRouteTest, ASongThatIsRemovedOnTheWayIsNotFound) {
  on_loop([&] {
    backend_.after_audio = [&](Job& job) {
      job.audio->removed_at = WallTime{};
      std::filesystem::remove(folder_ / "song.mp3");
    };
  });
  const HttpReply reply = audio();
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(detail_of(reply)["message"], "the song is no longer kept");
}

TEST_F(AudioRouteTest, ASongThatTheDiskHasLostIsAFailureOfOurs) {
  std::filesystem::remove(folder_ / "song.mp3");
  const HttpReply reply = audio();
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(detail_of(reply)["code"], "corrupt");
}

}  // namespace
}  // namespace musicfleet::http
