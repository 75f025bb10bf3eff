// One request and everything that a provider can do to it, with real connections: what is paid, and what is
// known.
#include "coordinator/providers/song_request.h"

#include "common/sha256.h"
#include "tests/coordinator/providers/upstream.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <sstream>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;

const std::string kKey = "sk_0123456789abcdef";

class SongRequestTest : public ::testing::Test {
 protected:
  RequestEnd end_of(SongOrder order = song_order()) {
    std::promise<RequestEnd> ended;
    auto end = ended.get_future();
    if (target.base_url.empty()) target.base_url = upstream.url();
    HttpThread thread(0);
    thread.start(std::make_unique<SongRequest>(target, kKey, std::move(order), file,
                                               [&](RequestEnd one) { ended.set_value(std::move(one)); }));
    return end.get();
  }
  // Of the answer that comes next.
  RequestEnd end_with(ScriptedReply reply) {
    upstream.answer_with({std::move(reply)});
    return end_of();
  }
  std::string stored() {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    return bytes.str();
  }

  musicfleet::testing::TemporaryFolder folder;
  std::filesystem::path file = folder / "song.part";
  Upstream upstream;
  RequestTarget target{"", {}, {}};
};

void expect(const RequestEnd& end, Bought bought, Trouble trouble) {
  const Meaning meaning = meaning_of(end.exchange);
  EXPECT_EQ(name_of(meaning.bought), name_of(bought)) << end.problem;
  EXPECT_EQ(name_of(meaning.trouble), name_of(trouble)) << end.problem;
  EXPECT_EQ(end.problem.find(kKey), std::string::npos) << "a key in words for the log";
  EXPECT_EQ(end.problem.find("secret wish"), std::string::npos) << "a prompt in words for the log";
  EXPECT_EQ(end.problem.empty(), bought == Bought::kBought);
}

TEST_F(SongRequestTest, ASongIsStoredAsItCame) {
  const RequestEnd end = end_of();
  expect(end, Bought::kBought, Trouble::kNone);
  EXPECT_EQ(stored(), song_bytes());
  EXPECT_EQ(end.sha256, sha256(song_bytes()));
  EXPECT_EQ(end.size_bytes, song_bytes().size());
  EXPECT_EQ(end.vendor_song, "song_7");
  EXPECT_EQ(end.most_at_once, 3);
}

TEST_F(SongRequestTest, AsksAsTheContractSays) {
  end_of();
  const ScriptedRequest request = upstream.received().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/music?output_format=mp3_44100_128");
  EXPECT_EQ(header_of(request, "xi-api-key"), kKey);
  EXPECT_EQ(header_of(request, "content-type"), "application/json");
  EXPECT_EQ(header_of(request, "expect"), "");
  EXPECT_EQ(request.body, song_order().body_json);
}

TEST_F(SongRequestTest, ABaseUrlMayHaveAPath) {
  target.base_url = upstream.url() + "/proxy";
  end_of();
  EXPECT_EQ(upstream.received().at(0).target, "/proxy/v1/music?output_format=mp3_44100_128");
}

TEST_F(SongRequestTest, RefusalsCostNothingAndSayWhoseFaultItIs) {
  expect(end_with(refusal(400, "bad_prompt")), Bought::kNotBought, Trouble::kRequest);
  expect(end_with(refusal(401, "invalid_api_key")), Bought::kNotBought, Trouble::kKey);
  expect(end_with(refusal(402, "payment_required")), Bought::kNotBought, Trouble::kKey);
  expect(end_with(refusal(403, "missing_permissions")), Bought::kNotBought, Trouble::kKey);
  expect(end_with(refusal(422, "validation_error")), Bought::kNotBought, Trouble::kRequest);
  expect(end_with(refusal(429, "system_busy")), Bought::kNotBought, Trouble::kBusy);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(SongRequestTest, ARefusalKeepsTheVendorsWords) {
  const RequestEnd end = end_with(refusal(400, "bad_prompt"));
  EXPECT_EQ(end.vendor_error->code, "bad_prompt");
  EXPECT_EQ(end.vendor_error->message, "a secret wish");
  EXPECT_EQ(end.problem, "status 400 bad_prompt");
}

TEST_F(SongRequestTest, RetryAfterIsReadWhereItIsThere) {
  EXPECT_EQ(end_with(refusal(429, "rate_limit_exceeded", "Retry-After: 7\r\n")).retry_after, 7s);
  EXPECT_EQ(end_with(refusal(429, "rate_limit_exceeded")).retry_after, std::nullopt);
  EXPECT_EQ(end_with(refusal(429, "rate_limit_exceeded", "Retry-After: soon\r\n")).retry_after, std::nullopt);
}

TEST_F(SongRequestTest, AServerErrorMayHaveComeAfterTheSong) {
  expect(end_with(refusal(500, "internal")), Bought::kUnknown, Trouble::kServer);
  expect(end_with(gateway(502)), Bought::kUnknown, Trouble::kServer);
  expect(end_with(gateway(503)), Bought::kUnknown, Trouble::kServer);
  expect(end_with(gateway(504)), Bought::kUnknown, Trouble::kServer);
  expect(end_with(refusal(503, "system_busy")), Bought::kNotBought, Trouble::kServer);
}

TEST_F(SongRequestTest, ASongThatDoesNotArriveWholeIsUnknown) {
  ScriptedReply cut = song();
  cut.missing_bytes = 1;
  expect(end_with(cut), Bought::kUnknown, Trouble::kServer);
  ScriptedReply chunks;
  chunks.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nID3\x04x\r\n";
  expect(end_with(chunks), Bought::kUnknown, Trouble::kServer);
}

TEST_F(SongRequestTest, ASongThatOnlyItsConnectionEndsMayBeCutWhateverItsSize) {
  ScriptedReply to_the_end;
  to_the_end.raw = "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n" + song_bytes();
  const RequestEnd end = end_with(to_the_end);
  expect(end, Bought::kUnknown, Trouble::kServer);
  EXPECT_EQ(end.problem, "the answer does not say where it ends, so it may be cut");
}

TEST_F(SongRequestTest, ASongInChunksSaysItsEnd) {
  ScriptedReply chunks;
  chunks.raw =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n27104\r\n" + song_bytes() + "\r\n0\r\n\r\n";
  expect(end_with(chunks), Bought::kBought, Trouble::kNone);
  EXPECT_EQ(stored(), song_bytes());
}

TEST_F(SongRequestTest, AnAnswerThatIsNoSongIsUnknown) {
  for (const char* body : {"", "<html>welcome</html>", "{\"status\":\"ok\"}"}) {
    ScriptedReply reply = song();
    reply.body = body;
    expect(end_with(reply), Bought::kUnknown, Trouble::kServer);
  }
  ScriptedReply garbage;
  garbage.raw = std::string("\x00\xFF\x13 not http at all\r\n\r\n", 23);
  expect(end_with(garbage), Bought::kUnknown, Trouble::kServer);
}

TEST_F(SongRequestTest, AConnectionThatEndsWithoutAnAnswerIsUnknownAndNotRepeated) {
  ScriptedReply nothing;
  nothing.raw = "";
  expect(end_with(nothing), Bought::kUnknown, Trouble::kServer);
  EXPECT_EQ(upstream.received().size(), 1u);
}

TEST_F(SongRequestTest, SilenceIsUnknownOnceTheOrderHasLeft) {
  target.limits.first_byte = 2s;
  upstream.hold();
  const RequestEnd end = end_of();
  expect(end, Bought::kUnknown, Trouble::kServer);
  EXPECT_EQ(end.problem, "no answer within 2000 ms");
}

TEST_F(SongRequestTest, AnAnswerThatStopsIsGivenUp) {
  target.limits.idle = 300ms;
  upstream.hold();
  ScriptedReply stalls = song();
  stalls.missing_bytes = 1'000;
  stalls.before_close = [&] { upstream.wait_for_release(); };
  const RequestEnd end = end_with(stalls);
  expect(end, Bought::kUnknown, Trouble::kServer);
  EXPECT_EQ(end.problem, "the answer stopped for 300 ms");
}

TEST_F(SongRequestTest, NoRequestLastsLongerThanItsTotal) {
  target.limits.total = 2s;
  upstream.hold();
  expect(end_of(), Bought::kUnknown, Trouble::kServer);
}

// A server that holds another request does not take this one in: most of its body stays here.
TEST_F(SongRequestTest, AnOrderThatOnlyHalfLeftIsNotBought) {
  target.base_url = upstream.url();
  upstream.hold();
  HttpThread other(0);
  other.start(
      std::make_unique<SongRequest>(target, kKey, song_order(), folder / "other", [](const RequestEnd&) {}));
  upstream.wait_for_requests(1);
  RequestTarget hurried = target;
  hurried.limits.first_byte = 300ms;
  SongOrder large = song_order();
  large.body_json = std::string(std::size_t{32} << 20, ' ');
  std::promise<RequestEnd> ended;
  HttpThread thread(0);
  thread.start(std::make_unique<SongRequest>(hurried, kKey, large, file,
                                             [&](RequestEnd one) { ended.set_value(std::move(one)); }));
  const RequestEnd end = ended.get_future().get();
  expect(end, Bought::kNotBought, Trouble::kServer);
  EXPECT_FALSE(end.exchange.whole_request_sent);
}

TEST_F(SongRequestTest, NobodyThereIsNotBought) {
  {
    const Upstream gone;
    target.base_url = gone.url();
  }
  expect(end_of(), Bought::kNotBought, Trouble::kServer);
}

TEST_F(SongRequestTest, WithoutTlsNothingLeaves) {
  target.limits.connect = 500ms;
  target.base_url = "https://" + upstream.host_and_port();
  expect(end_of(), Bought::kNotBought, Trouble::kServer);
  EXPECT_TRUE(upstream.received().empty());
}

TEST_F(SongRequestTest, TheKeyDoesNotLeaveThisMachineWithoutTls) {
  EXPECT_TRUE(check_base_url("https://api.elevenlabs.io"));
  EXPECT_TRUE(check_base_url("http://127.0.0.1:1"));
  for (const char* url : {"http://api.elevenlabs.io", "ftp://127.0.0.1", "api.elevenlabs.io", "",
                          "https://api.elevenlabs.io/", "https://user:password@api.elevenlabs.io"})
    EXPECT_FALSE(check_base_url(url)) << url;
  target.base_url = "http://192.0.2.1";
  expect(end_of(), Bought::kNotBought, Trouble::kServer);
}

TEST_F(SongRequestTest, ARedirectIsNotFollowed) {
  Upstream elsewhere;
  ScriptedReply moved = gateway(307);
  moved.more_headers = "Location: " + elsewhere.url() + "/v1/music\r\n";
  expect(end_with(moved), Bought::kNotBought, Trouble::kServer);
  EXPECT_TRUE(elsewhere.received().empty());
}

TEST_F(SongRequestTest, ADiskThatDoesNotTakeTheSongIsOurFault) {
  file = folder / "missing" / "song.part";
  expect(end_of(), Bought::kUnknown, Trouble::kOurs);
}

TEST_F(SongRequestTest, ASongBeyondAllMeasureIsNotStored) {
  target.limits.most_song_bytes = 1'000;
  expect(end_of(), Bought::kUnknown, Trouble::kServer);
  EXPECT_LE(stored().size(), 1'000u);
}

TEST_F(SongRequestTest, ALongErrorIsNotReadToItsEnd) {
  ScriptedReply flood = gateway(400);
  flood.body = std::string(1 << 20, 'x');
  expect(end_with(flood), Bought::kNotBought, Trouble::kRequest);
}

}  // namespace
}  // namespace musicfleet::providers
