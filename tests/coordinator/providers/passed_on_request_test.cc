// What a client asks of the vendor, on its way there and back, with real connections.
#include "coordinator/providers/passed_on_request.h"

#include "tests/coordinator/providers/upstream.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <future>

namespace musicfleet::providers {
namespace {

const std::string kKey = "sk_0123456789abcdef";

class PassedOnRequestTest : public ::testing::Test {
 protected:
  PassedOnOrder order(std::string method, std::string path) {
    return {std::move(method), std::move(path), "", std::nullopt};
  }
  PassedOnOrder form(const std::string& bytes) {
    PassedOnOrder order{"POST", "/v1/music/upload?a=b", "multipart/form-data; boundary=x", std::nullopt};
    order.body = ScratchFile::create(folder / "").value();
    EXPECT_TRUE(order.body->append(std::as_bytes(std::span(bytes))));
    return order;
  }
  PassedOnEnd end_of(PassedOnOrder order) {
    std::promise<PassedOnEnd> ended;
    auto end = ended.get_future();
    target.base_url = unreachable ? "http://127.0.0.1:9" : upstream.url();
    HttpThread thread(0);
    thread.start(
        std::make_unique<PassedOnRequest>(target, kKey, std::move(order), folder / "",
                                          [&](PassedOnEnd one) { ended.set_value(std::move(one)); }));
    return end.get();
  }

  musicfleet::testing::TemporaryFolder folder;
  Upstream upstream;
  bool unreachable = false;
  RequestTarget target{"", {}, {}};
};

std::string text_of(const PassedOnEnd& end) {
  if (!end.answer) return "";
  std::string text(end.answer->size(), '\0');
  EXPECT_EQ(end.answer->read(0, std::as_writable_bytes(std::span(text))).value(), text.size());
  return text;
}

std::string kept_header(const PassedOnEnd& end, std::string_view name) {
  for (const HttpHeader& header : end.headers)
    if (header.name == name) return header.value;
  return "";
}

TEST_F(PassedOnRequestTest, ABodyGoesThereAndAnAnswerComesBackAsTheyAre) {
  const std::string bytes = "--x\r\n" + std::string(3'000'000, '\xff') + "\r\n--x--\r\n";
  ScriptedReply reply;
  reply.body = std::string(2'000'000, '\x01') + "end";
  reply.content_type = "application/zip";
  reply.more_headers = "Song-Id: s1\r\nSet-Cookie: secret=1\r\nRequest-Id: r1\r\n";
  upstream.answer_with({reply});
  const PassedOnEnd end = end_of(form(bytes));
  const ScriptedRequest request = upstream.received().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/music/upload?a=b");
  EXPECT_EQ(header_of(request, "xi-api-key"), kKey);
  EXPECT_EQ(header_of(request, "content-type"), "multipart/form-data; boundary=x");
  EXPECT_EQ(header_of(request, "content-length"), std::to_string(bytes.size()));
  EXPECT_EQ(header_of(request, "expect"), "");
  EXPECT_TRUE(request.body == bytes);
  EXPECT_EQ(meaning_of(end.request.exchange), (Meaning{Bought::kBought, Trouble::kNone}));
  EXPECT_TRUE(text_of(end) == reply.body);
  EXPECT_EQ(kept_header(end, "content-type"), "application/zip");
  EXPECT_EQ(kept_header(end, "song-id"), "s1");
  EXPECT_EQ(kept_header(end, "request-id"), "r1");
  EXPECT_EQ(kept_header(end, "set-cookie"), "") << "is nobody's business";
  EXPECT_TRUE(std::filesystem::is_empty(folder / ""));
}

TEST_F(PassedOnRequestTest, MethodsWithoutABodyHaveNone) {
  ScriptedReply empty;
  empty.raw = "HTTP/1.1 204 No Content\r\n\r\n";
  upstream.answer_with({ScriptedReply{.body = "[]"}, empty});
  EXPECT_EQ(text_of(end_of(order("GET", "/v1/music/finetunes"))), "[]");
  const PassedOnEnd gone = end_of(order("DELETE", "/v1/music/finetunes/f1"));
  EXPECT_EQ(gone.request.exchange.status, 204);
  EXPECT_TRUE(gone.request.exchange.whole_answer);
  EXPECT_FALSE(gone.answer);
  EXPECT_EQ(upstream.received()[1].method, "DELETE");
  EXPECT_EQ(upstream.received()[1].target, "/v1/music/finetunes/f1");
  for (const ScriptedRequest& request : upstream.received())
    EXPECT_EQ(header_of(request, "content-length"), "");
}

TEST_F(PassedOnRequestTest, WhatTheVendorRefusesComesBackInItsWords) {
  upstream.answer_with({refusal(403, "only_for_enterprise")});
  const PassedOnEnd end = end_of(form("x"));
  EXPECT_EQ(end.request.exchange.status, 403);
  EXPECT_TRUE(end.request.exchange.vendor_form);
  EXPECT_NE(end.error_body.find("a secret wish"), std::string::npos);
  EXPECT_EQ(end.request.problem, "status 403 only_for_enterprise") << "and no word of them in a log";
}

TEST_F(PassedOnRequestTest, ACutAnswerIsNone) {
  ScriptedReply cut;
  cut.body = std::string(1000, 'x');
  cut.missing_bytes = 1;
  upstream.answer_with({cut});
  EXPECT_EQ(meaning_of(end_of(form("x")).request.exchange).bought, Bought::kUnknown);
}

TEST_F(PassedOnRequestTest, AnAnswerThatOnlyItsConnectionEndsMayBeCut) {
  ScriptedReply to_the_end;
  to_the_end.raw = "HTTP/1.1 200 OK\r\n\r\nxyz";
  upstream.answer_with({to_the_end});
  EXPECT_EQ(meaning_of(end_of(form("x")).request.exchange).bought, Bought::kUnknown);
}

TEST_F(PassedOnRequestTest, AnAnswerHasALimit) {
  target.limits.most_song_bytes = 999;
  ScriptedReply large;
  large.body = std::string(1000, 'x');
  upstream.answer_with({large});
  EXPECT_EQ(end_of(form("x")).request.problem, "the answer has more than 999 bytes");
}

TEST_F(PassedOnRequestTest, WithoutAConnectionNothingHasLeft) {
  unreachable = true;
  for (const bool with_body : {true, false}) {
    const PassedOnEnd end = end_of(with_body ? form("x") : order("POST", "/v1/music/finetunes"));
    EXPECT_FALSE(end.request.exchange.whole_request_sent);
    EXPECT_EQ(meaning_of(end.request.exchange).bought, Bought::kNotBought);
  }
}

}  // namespace
}  // namespace musicfleet::providers
