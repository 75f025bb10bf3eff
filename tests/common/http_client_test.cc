#include "common/http_client.h"

#include "common/sha256.h"
#include "tests/coordinator/http/http_fixture.h"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

class HttpClientTest : public http::HttpFixture {
 protected:
  std::vector<HttpHeader> key() { return {{"xi-api-key", http::kGoodKey}}; }

  std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  HttpClient client_;
};

TEST_F(HttpClientTest, GivesStatusHeadersAndBodyOfAnyAnswer) {
  const auto found = client_.request("GET", url("/version"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->status, 200);
  EXPECT_EQ(found->header("content-TYPE"), "application/json");
  EXPECT_EQ(found->header("No-Such"), "");
  EXPECT_THAT(found->body, testing::HasSubstr("1.2.3"));
  EXPECT_EQ(client_.request("GET", url("/nowhere"))->status, 404);
  EXPECT_EQ(client_.request("DELETE", url("/v1/jobs/x"), key())->status, 404);
  EXPECT_EQ(client_.request("HEAD", url("/version"))->body, "");
}

TEST_F(HttpClientTest, SendsABody) {
  auto headers = key();
  headers.push_back({"Content-Type", "application/json"});
  EXPECT_EQ(client_.request("POST", url("/v1/jobs"), headers, http::kSong)->status, 202);
  EXPECT_EQ(client_.request("POST", url("/v1/jobs"), headers)->status, 400);
}

TEST_F(HttpClientTest, HandsOverBytesWithTheHeadOfTheirAnswer) {
  const std::string song(300'000, 's');
  const std::string from = url(concat("/v1/jobs/", add_song(song), "/audio"));
  std::string heard;
  const auto listen = [&](const HttpReply& head, std::string_view bytes) -> Result<> {
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), "300000");
    heard += bytes;
    return {};
  };
  const auto reply = client_.stream_bytes(from, key(), listen);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(heard, song);
  EXPECT_EQ(reply->body, "");

  heard.clear();
  EXPECT_EQ(client_.stream_bytes(url("/nowhere"), {}, listen)->status, 404);
  EXPECT_EQ(heard, "") << "an answer that is not 2xx is no file";

  const auto refuse = [](const HttpReply&, std::string_view) -> Result<> {
    return fail(ErrorCode::kCorrupt, "enough");
  };
  const auto refused = client_.stream_bytes(from, key(), refuse);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "enough");
}

TEST_F(HttpClientTest, DownloadsIntoAFileAndTellsHowFarItIs) {
  const std::string song(2'000'000, 's');
  const JobId id = add_song(song);
  const std::string from = url(concat("/v1/jobs/", id, "/audio"));
  std::uint64_t last = 0, whole = 0;
  const auto progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GE(done, last);
    last = done;
    if (total > 0) whole = total;
    return true;
  };
  const auto reply = client_.download(from, key(), folder_ / "out.mp3", progress);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(text_of(folder_ / "out.mp3"), song);
  EXPECT_EQ(last, song.size());
  EXPECT_EQ(whole, song.size());
}

TEST_F(HttpClientTest, ARefusedDownloadLeavesTheFileAsItWas) {
  std::ofstream(folder_ / "out.mp3") << "old";
  const auto reply = client_.download(url("/v1/jobs/x/audio"), key(), folder_ / "out.mp3");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 404);
  EXPECT_THAT(reply->body, testing::HasSubstr("not_found"));
  EXPECT_EQ(text_of(folder_ / "out.mp3"), "old");
}

TEST_F(HttpClientTest, ADownloadEndsWhenItsProgressIsNotWanted) {
  const JobId id = add_song(std::string(2'000'000, 's'));
  const auto reply = client_.download(url(concat("/v1/jobs/", id, "/audio")), key(), folder_ / "out.mp3",
                                      [](std::uint64_t, std::uint64_t) { return false; });
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kCancelled);
}

TEST_F(HttpClientTest, SaysWhyADownloadCannotBeWritten) {
  const JobId id = add_song("song");
  const auto reply =
      client_.download(url(concat("/v1/jobs/", id, "/audio")), key(), folder_ / "no" / "out.mp3");
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, testing::HasSubstr("No such file or directory"));
}

TEST_F(HttpClientTest, StreamsLinesUntilItHasHeardEnough) {
  add_job("job_1", JobState::kQueued);
  std::vector<std::string> lines;
  const auto reply = client_.stream_lines(url("/v1/jobs/job_1/events"), key(), [&](std::string_view line) {
    lines.emplace_back(line);
    return line != "event: progress";
  });
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], "event: state");
  EXPECT_EQ(lines[3], "event: progress");
}

TEST_F(HttpClientTest, WhatAListenerThrowsReachesTheCaller) {
  add_job("job_1", JobState::kQueued);
  const auto listen = [](std::string_view) -> bool { throw std::runtime_error("heard"); };
  EXPECT_THROW((void)client_.stream_lines(url("/v1/jobs/job_1/events"), key(), listen), std::runtime_error);
  EXPECT_EQ(client_.request("GET", url("/version"))->status, 200);
}

TEST_F(HttpClientTest, StopsWhenAskedTo) {
  add_job("job_1", JobState::kQueued);
  std::stop_source source;
  const auto reply = client_.stream_lines(
      url("/v1/jobs/job_1/events"), key(),
      [&](std::string_view) {
        source.request_stop();
        return true;
      },
      source.get_token());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kCancelled);
}

TEST_F(HttpClientTest, PutsAFileOfAnySize) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5'000'000}}) {
    const std::string song(size, 'u');
    on_loop([&] {
      backend_.finished_tickets.clear();
      backend_.tickets["t"] = {folder_ / "t.part", size, sha256(song)};
    });
    std::ofstream(folder_ / "up.wav", std::ios::binary) << song;
    EXPECT_EQ(client_.put_file(url("/v1/uploads/t"), {}, folder_ / "up.wav").value_or(-1), 204) << size;
    EXPECT_EQ(fs::file_size(folder_ / "t.part"), size);
  }
}

TEST_F(HttpClientTest, TellsHowMuchOfAFileIsSent) {
  const std::string song(5'000'000, 'u');
  on_loop([&] { backend_.tickets["t"] = {folder_ / "t.part", song.size(), sha256(song)}; });
  std::ofstream(folder_ / "up.wav", std::ios::binary) << song;
  std::uint64_t last = 0;
  bool falls = false;
  const auto put = client_.put_file(url("/v1/uploads/t"), {}, folder_ / "up.wav", {},
                                    [&](std::uint64_t done, std::uint64_t total) {
                                      EXPECT_TRUE(total == song.size() || done == 0) << total;
                                      falls = falls || done < last;
                                      last = done;
                                      return true;
                                    });
  EXPECT_EQ(put.value_or(-1), 204);
  EXPECT_EQ(last, song.size());
  EXPECT_FALSE(falls);
}

TEST_F(HttpClientTest, AMissingFileIsNotSent) {
  const auto put = client_.put_file(url("/v1/uploads/t"), {}, folder_ / "none.wav");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(HttpClientTest, NamesWhatWentWrongOnTheWay) {
  boost::asio::ip::tcp::acceptor taken(loop_, {boost::asio::ip::address_v4::loopback(), 0});
  const std::uint16_t free_port = taken.local_endpoint().port();
  taken.close();
  const auto refused = client_.request("GET", concat("http://127.0.0.1:", free_port, "/"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  for (const char* bad : {"ftp://127.0.0.1/", "http://", "nonsense://x"})
    EXPECT_EQ(client_.request("GET", bad).error().code, ErrorCode::kInvalidArgument) << bad;
}

TEST_F(HttpClientTest, ASilentPeerIsATimeout) {
  boost::asio::ip::tcp::acceptor silent(loop_, {boost::asio::ip::address_v4::loopback(), 0});
  HttpClientOptions options;
  options.idle_timeout = std::chrono::seconds(1);
  HttpClient client(options);
  const auto reply = client.request("GET", concat("http://127.0.0.1:", silent.local_endpoint().port(), "/"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kTimeout);
}

TEST_F(HttpClientTest, AnAnswerAboveTheLimitIsRefused) {
  const JobId id = add_song(std::string(100'000, 's'));
  HttpClientOptions options;
  options.max_body_bytes = 50'000;
  HttpClient client(options);
  const auto reply = client.request("GET", url(concat("/v1/jobs/", id, "/audio")), key());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace musicfleet
