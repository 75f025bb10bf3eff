#include "coordinator/backend/vendor_order.h"

#include "coordinator/backend/price_terms.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

Job job_with(const json& body, const std::string& output_format = "mp3_44100_128") {
  Job job;
  job.id = JobId{"job_1"};
  job.spec.duration = 20s;
  job.spec.format = {AudioContainer::kMp3, 44100, 128};
  job.vendor_order = json{{"body", body}, {"output_format", output_format}}.dump();
  return job;
}

TEST(VendorOrder, AJobOfOurOwnApiIsPutIntoTheVendorsTerms) {
  Job job;
  job.spec.prompt = "lo-fi";
  const VendorOrder order = vendor_order_of(job, "music_v1").value();
  EXPECT_EQ(order.model, "music_v1");
  EXPECT_EQ(order.length, 30s);
  EXPECT_EQ(order.song.output_format, "pcm_48000") << "wav is our default";
  EXPECT_EQ(json::parse(order.song.body_json).at("prompt"), "lo-fi");
}

TEST(VendorOrder, WhatTheCallerSentIsPassedOnAsItIs) {
  const json body{
      {"prompt", "dark trap"}, {"music_length_ms", 12'000}, {"model_id", "music_v2"}, {"seed", 7}};
  const VendorOrder order = vendor_order_of(job_with(body), "music_v1").value();
  EXPECT_EQ(json::parse(order.song.body_json), body);
  EXPECT_EQ(order.song.output_format, "mp3_44100_128");
  EXPECT_EQ(order.song.length, 12s);
  EXPECT_EQ(order.length, 12s);
  EXPECT_EQ(order.model, "music_v2");
}

TEST(VendorOrder, APlanIsAsLongAsItsParts) {
  for (const char* parts : {"sections", "chunks"}) {
    const json body{{"composition_plan", {{parts, {{{"duration_ms", 3'500}}, {{"duration_ms", 4'000}}}}}}};
    EXPECT_EQ(vendor_order_of(job_with(body), "m")->song.length, 7'500ms) << parts;
  }
  const json without{{"composition_plan", {{"sections", {{{"duration_ms", 3'500}}, {{"text", "x"}}}}}}};
  EXPECT_EQ(vendor_order_of(job_with(without), "m")->song.length, std::nullopt);
}

TEST(VendorOrder, WhatIsOrderedIsAsLongAsWhatIsPaidForThoughTheCallerDidNotSay) {
  for (const json& body : {json{{"prompt", "x"}}, json{{"prompt", "x"}, {"music_length_ms", nullptr}}}) {
    const VendorOrder order = vendor_order_of(job_with(body), "m").value();
    EXPECT_EQ(json::parse(order.song.body_json).at("music_length_ms"), 20'000) << body;
    EXPECT_EQ(order.song.length, 20s);
    EXPECT_EQ(order.length, 20s);
  }
}

TEST(VendorOrder, TheModelThatIsPaidForIsTheOneThatIsOrdered) {
  for (const json& body : {json{{"prompt", "x"}}, json{{"prompt", "x"}, {"model_id", nullptr}}}) {
    const VendorOrder order = vendor_order_of(job_with(body), "music_v2").value();
    EXPECT_EQ(order.model, "music_v2");
    EXPECT_EQ(json::parse(order.song.body_json).at("model_id"), "music_v2") << body;
  }
}

TEST(VendorOrder, APlanHasNoOtherLengthAndIsOfTheModelInWhoseFormItIs) {
  for (const char* name : {"composition_plan", "music_prompt"}) {
    const VendorOrder order =
        vendor_order_of(job_with({{name, {{"sections", {{{"duration_ms", 3'500}}}}}}}), "music_v2").value();
    const json body = json::parse(order.song.body_json);
    EXPECT_FALSE(body.contains("music_length_ms"));
    EXPECT_EQ(order.length, 3'500ms);
    EXPECT_EQ(order.model, "music_v1") << "in which a request without a model is read";
    EXPECT_EQ(body.at("model_id"), "music_v1");
  }
}

TEST(VendorOrder, TelephoneFormatsAreBoughtAsTheSamplesThatTheyAreMadeOf) {
  Job job = job_with({{"prompt", "x"}}, "ulaw_8000");
  job.spec.format = {AudioContainer::kWav, 8000, 0};
  EXPECT_EQ(vendor_order_of(job, "m")->song.output_format, "pcm_8000");
}

TEST(VendorOrder, AFormatUnderTheVendorsNameIsTakenByIt) {
  Job job = job_with({{"prompt", "x"}}, "mp3_48000_240");
  job.spec.format = {AudioContainer::kMp3, 48000, 240};
  EXPECT_EQ(vendor_order_of(job, "m")->song.output_format, "mp3_48000_240");
}

TEST(VendorOrder, WhatIsNotMadeThereIsRefusedWithTheField) {
  Job job;
  job.spec.format.container = AudioContainer::kFlac;
  EXPECT_EQ(vendor_order_of(job, "m").error().code, ErrorCode::kInvalidArgument);
  Job flac = job_with({{"prompt", "x"}}, "flac");
  flac.spec.format.container = AudioContainer::kFlac;
  EXPECT_EQ(vendor_order_of(flac, "m").error().param, "output_format");
}

TEST(VendorOrder, WhatCannotBeReadIsCorruptAndNotQuoted) {
  for (const char* text : {"a secret wish", "[]", "{}", R"({"body":"a secret wish"})"}) {
    Job job = job_with({});
    job.vendor_order = text;
    const auto order = vendor_order_of(job, "m");
    ASSERT_FALSE(order) << text;
    EXPECT_EQ(order.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(order.error().message.find("secret"), std::string::npos);
  }
}

TEST(PriceTerms, QuoteTheTablesPriceForTheModelThatIsOrdered) {
  const PriceTerms terms(
      ledger::PriceTable::of({"2026-01-01 * 0.30 exact list", "2026-01-01 music_v2 0.60 exact list"}).value(),
      "music_v1");
  const WallTime at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
  Job ours;
  const auto song_of = [&](const Job& job) { return terms.song_of(job).value(); };
  EXPECT_EQ(terms.quote(song_of(ours), at)->price.value, 150'000) << "half a minute";
  EXPECT_EQ(terms.quote(song_of(ours), at)->model, "music_v1");
  const auto theirs = terms.quote(
      song_of(job_with({{"prompt", "x"}, {"music_length_ms", 60'000}, {"model_id", "music_v2"}})), at);
  EXPECT_EQ(theirs->price.value, 600'000);
  EXPECT_EQ(theirs->song, 60s);
  EXPECT_EQ(terms.quote(song_of(ours), at - std::chrono::days(400)).error().code, ErrorCode::kNotFound);
  ours.spec.format.container = AudioContainer::kFlac;
  EXPECT_EQ(terms.song_of(ours).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace musicfleet::backend
