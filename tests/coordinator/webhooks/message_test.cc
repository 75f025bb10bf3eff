#include "coordinator/webhooks/message.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::webhooks {
namespace {

using nlohmann::json;

WebhookDelivery succeeded(const json& change = json::object()) {
  json facts{{"attempts", 2},
             {"created_at", 1'800'000'000'000},
             {"started_at", 1'800'000'001'000},
             {"finished_at", 1'800'000'002'500},
             {"error", nullptr},
             {"audio",
              {{"object", "o"},
               {"size_bytes", 10},
               {"sha256", std::string(64, 'a')},
               {"media_type", "audio/flac"},
               {"duration_ms", 30'000},
               {"sample_rate_hz", 48'000},
               {"channels", 2},
               {"loudness_lufs", -14.5},
               {"true_peak_dbtp", nullptr},
               {"model", "turbo"},
               {"generate_ms", 1'000},
               {"encode_ms", 20}}},
             {"warnings", {"the lyrics were cut"}},
             {"metadata", {{"order", 4711}}}};
  facts.merge_patch(change);
  WebhookDelivery delivery;
  delivery.id = DeliveryId{"msg_1"};
  delivery.job = JobId{"job_1"};
  delivery.event = "job.succeeded";
  delivery.created_at = WallTime(std::chrono::milliseconds(1'800'000'002'500));
  delivery.facts_json = facts.dump();
  return delivery;
}

TEST(Message, TellsTheJobByTheNamesOfTheJobsApi) {
  const std::string body = message_body(succeeded(), "https://music.example");
  EXPECT_EQ(body.rfind(
                R"({"type":"job.succeeded","timestamp":"2027-01-15T08:00:02.500Z","data":{"id":"job_1",)", 0),
            0u)
      << body;
  const json data = json::parse(body)["data"];
  EXPECT_EQ(data["state"], "succeeded");
  EXPECT_EQ(data["attempts"], 2);
  EXPECT_EQ(data["created_at"], "2027-01-15T08:00:00.000Z");
  EXPECT_EQ(data["finished_at"], "2027-01-15T08:00:02.500Z");
  EXPECT_EQ(data["error"], nullptr);
  EXPECT_EQ(data["warnings"][0], "the lyrics were cut");
  EXPECT_EQ(data["metadata"]["order"], 4711);
  EXPECT_EQ(data["audio"]["url"], "https://music.example/v1/jobs/job_1/audio");
  EXPECT_EQ(data["audio"]["duration_seconds"], 30.0);
  EXPECT_EQ(data["audio"]["loudness_lufs"], -14.5);
}

TEST(Message, TellsWhyAJobFailed) {
  WebhookDelivery delivery = succeeded(
      {{"audio", nullptr}, {"error", {{"code", "out_of_memory"}, {"message", "too long"}, {"param", ""}}}});
  delivery.event = "job.failed";
  const json data = json::parse(message_body(delivery, ""))["data"];
  EXPECT_EQ(data["state"], "failed");
  EXPECT_EQ(data["error"]["code"], "out_of_memory");
  EXPECT_EQ(data["error"]["message"], "too long");
}

TEST(Message, HasNoFieldForPromptsOrLyrics) {
  const json data = json::parse(message_body(succeeded(), ""))["data"];
  for (const char* field : {"prompt", "lyrics", "title"}) EXPECT_FALSE(data.contains(field)) << field;
}

TEST(Message, IsTheSameAtEveryAttempt) {
  WebhookDelivery later = succeeded();
  later.attempts = 5;
  later.problem = "answered 500";
  EXPECT_EQ(message_body(later, ""), message_body(succeeded(), ""));
}

TEST(Message, StaysBelowTwentyKilobytesAtTheExpenseOfTheMetadata) {
  const std::string body = message_body(
      succeeded({{"metadata", {{"big", std::string(16'300, 'x')}}}, {"warnings", {std::string(6'000, 'w')}}}),
      "");
  EXPECT_LT(body.size(), kMostBodyBytes);
  const json data = json::parse(body)["data"];
  EXPECT_EQ(data["metadata"], nullptr);
  EXPECT_EQ(data["audio"]["size_bytes"], 10);
}

TEST(Message, OfADamagedRowStillNamesTheJob) {
  for (const char* facts : {"", "[]", "{}", R"({"audio":{},"error":7,"created_at":"x","attempts":[]})"}) {
    WebhookDelivery delivery = succeeded();
    delivery.facts_json = facts;
    const json data = json::parse(message_body(delivery, ""))["data"];
    EXPECT_EQ(data["id"], "job_1") << facts;
    EXPECT_EQ(data["state"], "succeeded");
  }
}

TEST(Message, IsSignedByEverySecretOfTheEndpoint) {
  const Secret now = Secret::make(), before = Secret::make();
  const WallTime at{std::chrono::milliseconds(1'800'000'000'999)};
  const DeliveryId id{"msg_1"};
  const auto headers = message_headers(id, "body", {now, before}, at);
  const auto header = [&](const std::string& name) {
    for (const HttpHeader& one : headers)
      if (one.name == name) return one.value;
    return std::string();
  };
  EXPECT_EQ(header("Content-Type"), "application/json");
  EXPECT_EQ(header("webhook-id"), "msg_1");
  EXPECT_EQ(header("webhook-timestamp"), "1800000000");
  EXPECT_EQ(header("webhook-signature"),
            now.sign(id, 1'800'000'000, "body") + " " + before.sign(id, 1'800'000'000, "body"));
}

}  // namespace
}  // namespace musicfleet::webhooks
