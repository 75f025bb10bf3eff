#include "common/sha256.h"
#include "tests/coordinator/http/http_fixture.h"

#include <gmock/gmock.h>

#include <fstream>
#include <optional>
#include <sstream>

namespace musicfleet::http {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class UploadRouteTest : public HttpFixture {
 protected:
  UploadRouteTest() {
    fs::create_directory(folder_ / "incoming");
    backend_.tickets["t1"] = {temporary_, song_.size(), sha256(song_)};
    std::ofstream(file_, std::ios::binary) << song_;
  }

  Result<int> put(const fs::path& file, const std::string& token = "t1") {
    HttpClient client;
    return client.put_file(url("/v1/uploads/" + token), {{"Content-Type", "audio/wav"}}, file);
  }

  std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  // Nothing is left of the upload, and its ticket is good for another try.
  void expect_given_up(std::size_t refused = 0) {
    EXPECT_EQ(seen([&] { return backend_.refused_uploads.size(); }), refused);
    EXPECT_FALSE(fs::exists(temporary_));
    EXPECT_TRUE(seen([&] { return backend_.open_tickets.empty(); }));
    EXPECT_TRUE(seen([&] { return backend_.finished_tickets.empty(); }));
  }

  const std::string song_ = std::string(3'000'000, 'm') + "end";
  const fs::path temporary_ = folder_ / "incoming" / "job.1.part";
  const fs::path file_ = folder_ / "song.wav";
};

TEST_F(UploadRouteTest, AGoodUploadIsStoredAndHandedOver) {
  EXPECT_EQ(put(file_).value_or(-1), 204);
  EXPECT_EQ(text_of(temporary_), song_);
  EXPECT_EQ(seen([&] { return backend_.finished_tickets.count("t1"); }), 1u);
}

TEST_F(UploadRouteTest, ClientsThatHoldEveryConnectionKeepNoSongOut) {
  ServerOptions options;
  options.max_connections = 1;
  start(options);
  RawConnection client(port());
  client.begin_order();
  EXPECT_EQ(get("/healthz").status, 503);
  EXPECT_EQ(put(file_).value_or(-1), 204);
  EXPECT_EQ(put(file_, "unknown").value_or(-1), 404);
}

TEST_F(UploadRouteTest, SilentConnectionsInThePlacesOfUploadsKeepASongOutForAShortTimeOnly) {
  ServerOptions options;
  options.max_connections = 1;
  options.upload_connections = 2;
  options.idle_timeout = options.header_timeout = kNeverInATest;
  options.upload_header_timeout = std::chrono::milliseconds(50);
  start(options);
  RawConnection client(port());
  client.begin_order();
  RawConnection silent(port()), slow(port());
  slow.send("PUT /v1/uploads/t1 HTTP/1.1\r\nHost:");
  EXPECT_EQ(silent.read_to_end(), "");
  slow.read_to_end();
  // As a worker does, which tries again: the server may not have forgotten the two yet.
  int status = -1;
  for (int tries = 0; tries < 1000 && status != 204; ++tries) status = put(file_).value_or(-1);
  EXPECT_EQ(status, 204);
}

TEST_F(UploadRouteTest, ARefusedRequestDoesNotHoldThePlaceOfAnUploadForItsBody) {
  ServerOptions options;
  options.max_connections = 0;
  options.upload_header_timeout = options.body_timeout = kNeverInATest;
  start(options);
  RawConnection stranger(port());
  stranger.send("POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
  EXPECT_THAT(stranger.read_to_end(), HasSubstr("HTTP/1.1 503"));
}

TEST_F(UploadRouteTest, AnUploadAboveTheLimitTakesNoConnectionOfOtherClients) {
  ServerOptions options;
  options.max_connections = 1;
  start(options);
  std::optional<RawConnection> client(std::in_place, port());
  client->begin_order();
  RawConnection upload(port());
  upload.send(
      "PUT /v1/uploads/t1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3000003\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_THAT(upload.read_until("\r\n\r\n"), HasSubstr("100 Continue"));
  client.reset();
  int status = 503;  // until the server has noticed
  for (int tries = 0; tries < 1000 && status == 503; ++tries) status = get("/healthz").status;
  EXPECT_EQ(status, 200);
}

TEST_F(UploadRouteTest, AChunkedBodyHasNoLengthToCheck) {
  const HttpReply reply =
      request("PUT", url("/v1/uploads/t1"), "abc", {{"Transfer-Encoding", "chunked"}}, "");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(detail_of(reply)["param"], "Content-Length");
  expect_given_up(1);
}

TEST_F(UploadRouteTest, AnotherLengthIsRefusedBeforeAnyByteIsRead) {
  RawConnection connection(port());
  connection.send(
      "PUT /v1/uploads/t1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(connection.read_until("\r\n"), HasSubstr("422"));
  expect_given_up(1);
}

TEST_F(UploadRouteTest, OtherBytesAreRefusedAndTheTicketStaysGood) {
  std::ofstream(folder_ / "other.wav", std::ios::binary) << std::string(3'000'000, 'm') + "END";
  EXPECT_EQ(put(folder_ / "other.wav").value_or(-1), 422);
  expect_given_up(1);
  EXPECT_EQ(put(file_).value_or(-1), 204);
}

TEST_F(UploadRouteTest, AnUploadThatBreaksOffLeavesNothingBehind) {
  {
    RawConnection connection(port());
    connection.send("PUT /v1/uploads/t1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3000003\r\n\r\nmmmm");
    connection.reset();
  }
  EXPECT_EQ(records(1).at(0).status, 503);
  expect_given_up();
  EXPECT_EQ(put(file_).value_or(-1), 204);
}

TEST_F(UploadRouteTest, AnUploadThatStallsIsGivenUp) {
  ServerOptions options;
  options.body_timeout = std::chrono::milliseconds(50);
  start(options);
  RawConnection connection(port());
  connection.send("PUT /v1/uploads/t1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3000003\r\n\r\nmmmm");
  EXPECT_THAT(connection.read_to_end(), HasSubstr("HTTP/1.1 408"));
  expect_given_up();
}

TEST_F(UploadRouteTest, AnUnknownOrUsedTicketIsA404) {
  EXPECT_EQ(put(file_, "t2").value_or(-1), 404);
  EXPECT_EQ(put(file_).value_or(-1), 204);
  EXPECT_EQ(put(file_).value_or(-1), 404);
}

TEST_F(UploadRouteTest, ALeaseLostMeanwhileIsAConflict) {
  backend_.finish_answer = fail(ErrorCode::kConflict, "the lease was lost");
  EXPECT_EQ(put(file_).value_or(-1), 409);
  EXPECT_FALSE(fs::exists(temporary_));
  EXPECT_TRUE(seen([&] { return backend_.open_tickets.empty(); }));
}

TEST_F(UploadRouteTest, ADiskThatRefusesIsUnavailable) {
  fs::remove(folder_ / "incoming");
  EXPECT_EQ(put(file_).value_or(-1), 503);
  EXPECT_TRUE(seen([&] { return backend_.open_tickets.empty(); }));
}

TEST_F(UploadRouteTest, TheTicketIsNotInTheAccessRecord) {
  put(file_);
  EXPECT_EQ(records(1).at(0).route, "/v1/uploads/{token}");
}

}  // namespace
}  // namespace musicfleet::http
