#include "common/base64.h"
#include "coordinator/elevenlabs/g711.h"
#include "tests/coordinator/http/music_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::http {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const json kOrder{{"prompt", "calm folk"}, {"music_length_ms", 3000}};

class MusicRoutesTest : public MusicFixture {
 protected:
  // That the 422 list names the field.
  void expect_wrong(const HttpReply& reply, const json& location) {
    EXPECT_EQ(reply.status, 422) << reply.body;
    const json detail = json_of(reply)["detail"];
    ASSERT_TRUE(detail.is_array()) << detail;
    EXPECT_EQ(detail[0]["loc"], location);
  }
};

TEST_F(MusicRoutesTest, AnswersWithTheSongItself) {
  make_songs("ID3 song");
  const HttpReply reply = music("", kOrder);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.body, "ID3 song");
  EXPECT_EQ(reply.header("Content-Type"), "audio/mpeg");
  EXPECT_EQ(reply.header("Content-Length"), "8");
  EXPECT_THAT(std::string(reply.header("song-id")), StartsWith("job_"));
  EXPECT_EQ(reply.header("current-concurrent-requests"), "1");
  EXPECT_EQ(reply.header("maximum-concurrent-requests"), "64");
  const Submission ordered = seen([&] { return backend_.submissions.back(); });
  EXPECT_EQ(ordered.spec.prompt, "calm folk");
  EXPECT_EQ(ordered.spec.duration.count(), 3000);
  EXPECT_EQ(ordered.spec.format, (AudioFormat{AudioContainer::kMp3, 44100, 128}));
  EXPECT_EQ(json::parse(ordered.vendor_order), (json{{"body", kOrder}, {"output_format", "mp3_44100_128"}}));
  EXPECT_EQ(music("/stream", kOrder).body, "ID3 song");
}

TEST_F(MusicRoutesTest, TheKeyIsCheckedBeforeTheBody) {
  for (const char* path : {"", "/detailed", "/stream", "/detailed/stream", "/plan", "/upload"}) {
    const HttpReply reply = music(path, {{"music_length_ms", 1}}, {}, "sk_wrong");
    EXPECT_EQ(reply.status, 401) << path;
    EXPECT_EQ(detail_of(reply)["status"], "invalid_api_key");
    EXPECT_EQ(reply.body.find("sk_wrong"), std::string::npos);
  }
  EXPECT_EQ(music("", kOrder, {}, "").status, 401);
}

TEST_F(MusicRoutesTest, A422NamesTheField) {
  for (const char* path : {"", "/detailed", "/stream", "/detailed/stream", "/plan"})
    expect_wrong(music(path, {{"prompt", "x"}, {"music_length_ms", 2999}}), {"body", "music_length_ms"});
  expect_wrong(music("?output_format=mp3_44100_129", kOrder), {"query", "output_format"});
  expect_wrong(music("?output_format=auto&output_format=auto", kOrder), {"query", "output_format"});
  expect_wrong(music("/plan", json::object()), {"body", "prompt"});
  EXPECT_EQ(seen([&] { return backend_.submissions.size(); }), 0u);
}

TEST_F(MusicRoutesTest, ABodyThatIsNoJsonObjectIsRefused) {
  for (const char* body : {"", "[]", "\"x\"", "{\"prompt\": ", "{\"prompt\":\"\xff\xfe\"}"}) {
    const HttpReply reply = request("POST", url("/v1/music"), body,
                                    {{"Content-Type", "application/json"}, {"xi-api-key", kGoodKey}}, "");
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(detail_of(reply)["code"], "malformed_json");
  }
}

TEST_F(MusicRoutesTest, UnknownQueryParametersAndFieldsAreIgnored) {
  make_songs("song");
  json order = kOrder;
  order["x_unknown"] = 1;
  EXPECT_EQ(music("?enable_logging=true&unknown=1", order).status, 200);
}

TEST_F(MusicRoutesTest, RawSamplesHaveNoHeader) {
  make_songs(wav_of({1, -2, 300, -400}));
  const HttpReply pcm = music("?output_format=pcm_8000", kOrder);
  EXPECT_EQ(pcm.body, std::string("\x01\x00\xfe\xff\x2c\x01\x70\xfe", 8));
  EXPECT_EQ(pcm.header("Content-Type"), "audio/pcm");
  EXPECT_EQ(seen([&] { return backend_.submissions.back().spec.format; }),
            (AudioFormat{AudioContainer::kWav, 8000, 0}));
}

TEST_F(MusicRoutesTest, G711IsOneChannel) {
  make_songs(wav_of({1000, 3000, -400, -600}));
  const HttpReply ulaw = music("?output_format=ulaw_8000", kOrder);
  EXPECT_EQ(ulaw.body, (std::string{static_cast<char>(elevenlabs::to_ulaw(2000)),
                                    static_cast<char>(elevenlabs::to_ulaw(-500))}));
  EXPECT_EQ(ulaw.header("Content-Length"), "2");
  const HttpReply alaw = music("?output_format=alaw_8000", kOrder);
  EXPECT_EQ(alaw.body, (std::string{static_cast<char>(elevenlabs::to_alaw(2000)),
                                    static_cast<char>(elevenlabs::to_alaw(-500))}));
}

TEST_F(MusicRoutesTest, DetailedTellsThePlanBesideTheSong) {
  make_songs("ID3\r\n\r\nsong");
  const HttpReply reply = music("/detailed", kOrder);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const std::string type(reply.header("Content-Type"));
  ASSERT_THAT(type, StartsWith("multipart/mixed; boundary="));
  const std::string delimiter = "--" + type.substr(type.find('=') + 1);
  EXPECT_EQ(reply.header("Content-Length"), std::to_string(reply.body.size()));
  ASSERT_THAT(reply.body, StartsWith(delimiter + "\r\nContent-Type: application/json\r\n\r\n{"));
  const std::size_t begin = reply.body.find('{'), end = reply.body.find("\r\n" + delimiter, begin);
  const json details = json::parse(reply.body.substr(begin, end - begin));
  EXPECT_EQ(details["composition_plan"]["sections"][0]["duration_ms"], 3000);
  EXPECT_TRUE(details["song_metadata"].contains("is_explicit"));
  const std::string id(reply.header("song-id"));
  EXPECT_EQ(reply.body.substr(end), "\r\n" + delimiter +
                                        "\r\nContent-Type: audio/mpeg\r\nContent-Disposition: "
                                        "attachment; filename=\"" +
                                        id + ".mp3\"\r\n\r\nID3\r\n\r\nsong\r\n" + delimiter + "--\r\n");
}

TEST_F(MusicRoutesTest, TheOutlineOfASongIsMeasuredFromItsFile) {
  make_songs(wav_of({16384, 16384, -1, -1}));
  json order = kOrder;
  order["with_waveform_visual"] = true;
  const HttpReply reply = music("/detailed?output_format=pcm_8000", order);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr(R"("waveform_visual":[500,0,0,0,0,0,0,0,0,0,0,0])"));
}

TEST_F(MusicRoutesTest, EventsCarryTheSongInPieces) {
  std::string song(100'000, '\0');
  for (std::size_t i = 0; i < song.size(); ++i) song[i] = static_cast<char>(i * 7);
  make_songs(song);
  const HttpReply reply = music("/detailed/stream", kOrder);
  EXPECT_EQ(reply.header("Content-Type"), "text/event-stream");
  std::vector<std::string> types;
  std::string audio;
  for (std::size_t at = 0; at < reply.body.size();) {
    ASSERT_EQ(reply.body.substr(at, 6), "data: ");
    const std::size_t end = reply.body.find("\n\n", at);
    const json data = json::parse(reply.body.substr(at + 6, end - at - 6));
    if (data["type"] == "audio_chunk")
      audio += from_base64(data["audio_chunk"].get<std::string>()).value_or("");
    if (types.empty() || types.back() != data["type"]) types.push_back(data["type"]);
    at = end + 2;
  }
  EXPECT_EQ(types,
            (std::vector<std::string>{"composition_plan", "song_metadata", "audio_chunk", "completion"}));
  EXPECT_EQ(audio, song);
}

TEST_F(MusicRoutesTest, ASongThatIsShorterOnTheDiskIsNeverAWholeAnswer) {
  on_loop([&] {
    backend_.on_submit = [&](Job& job) {
      finish(job, "song");
      job.audio->size_bytes = 5;
    };
  });
  const HttpReply reply = music("", kOrder);
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(detail_of(reply)["code"], "corrupt");
}

TEST_F(MusicRoutesTest, ASongThatIsRemovedBeforeItIsSentIsNotFound) {
  on_loop([&] {
    backend_.on_submit = [&](Job& job) { finish(job, wav_of({1, 1})); };
    backend_.after_audio = [&](Job& job) {
      job.audio->removed_at = WallTime{};
      std::filesystem::remove(backend_.audio_files[job.id.value]);
    };
  });
  for (const char* query : {"", "?output_format=pcm_8000"}) {
    const HttpReply reply = music(query, kOrder);
    EXPECT_EQ(reply.status, 404) << query;
    EXPECT_EQ(detail_of(reply)["code"], "not_found") << query;
  }
}

TEST_F(MusicRoutesTest, ASongThatTheDiskHasLostIsAFailureOfOurs) {
  on_loop([&] {
    backend_.on_submit = [&](Job& job) {
      finish(job, wav_of({1, 1}));
      std::filesystem::remove(backend_.audio_files[job.id.value]);
    };
  });
  for (const char* query : {"", "?output_format=pcm_8000"}) {
    const HttpReply reply = music(query, kOrder);
    EXPECT_EQ(reply.status, 500) << query;
    EXPECT_EQ(detail_of(reply)["code"], "corrupt") << query;
  }
}

TEST_F(MusicRoutesTest, WritesAPlanWithoutAnyWorker) {
  on_loop([&] { backend_.worker_there = false; });
  const HttpReply reply = music("/plan", {{"prompt", "calm folk, no drums"}, {"music_length_ms", 61'000}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  const json plan = json_of(reply);
  EXPECT_EQ(plan["positive_global_styles"], json({"calm folk"}));
  EXPECT_EQ(plan["negative_global_styles"], json({"drums"}));
  int sum = 0;
  for (const json& section : plan["sections"]) sum += section["duration_ms"].get<int>();
  EXPECT_EQ(sum, 61'000);
  EXPECT_TRUE(json_of(music("/plan", {{"prompt", "x"}, {"model_id", "music_v2"}})).contains("chunks"));
}

TEST_F(MusicRoutesTest, WhatIsNotServedIsA501AndTheRestA404Or405) {
  for (const char* path : {"/upload", "/stem-separation", "/video-to-music", "/finetunes"}) {
    const HttpReply reply = music(path, json::object());
    EXPECT_EQ(reply.status, 501) << path;
    EXPECT_EQ(detail_of(reply)["code"], "not_implemented");
  }
  EXPECT_EQ(get("/v1/music/finetunes/f1").status, 501);
  EXPECT_EQ(detail_of(music("/nothing-here", json::object()))["code"], "not_found");
  EXPECT_EQ(get("/v1/music").status, 405);
}

// Says the same of everything, and remembers what it was asked.
class FixedJudge final : public PromptJudge {
 public:
  explicit FixedJudge(Result<PromptVerdict> verdict) : verdict_(std::move(verdict)) {}
  Awaitable<PromptVerdict> judge(PromptQuestion question) override {
    asked = std::move(question);
    co_return verdict_;
  }
  PromptQuestion asked;

 private:
  Result<PromptVerdict> verdict_;
};

TEST_F(MusicRoutesTest, AHookDecidesAboutWhatTheDenyListLetsThrough) {
  FixedJudge judge(PromptVerdict{.admitted = false, .suggestion = "folk"});
  MusicOptions options;
  options.judge = &judge;
  start_with(options);
  make_songs("song");
  for (const char* path : {"", "/detailed", "/stream", "/detailed/stream", "/plan"}) {
    const HttpReply reply = music(path, {{"prompt", "calm folk"}});
    EXPECT_EQ(reply.status, 400) << path;
    EXPECT_EQ(detail_of(reply)["status"], "bad_prompt");
    EXPECT_EQ(detail_of(reply)["data"]["prompt_suggestion"], "folk");
  }
  EXPECT_EQ(seen([&] { return judge.asked.prompt; }), "calm folk");
  EXPECT_TRUE(seen([&] { return judge.asked.plan.is_null(); }));
  EXPECT_EQ(seen([&] { return backend_.submissions.size(); }), 0u);
  // What is no plan is no suggestion for one.
  const json chunk{{"text", "la"}, {"duration_ms", 3000}, {"positive_styles", {"calm"}}};
  const json detail =
      detail_of(music("", {{"composition_plan", {{"chunks", {chunk}}}}, {"model_id", "music_v2"}}));
  EXPECT_EQ(detail["status"], "bad_composition_plan");
  EXPECT_FALSE(detail.contains("data"));
  EXPECT_EQ(seen([&] { return judge.asked.prompt; }), "");
}

TEST_F(MusicRoutesTest, AHookThatCannotBeAskedLetsNothingThrough) {
  FixedJudge judge(fail(ErrorCode::kUnavailable, "try again later"));
  MusicOptions options;
  options.judge = &judge;
  start_with(options);
  const HttpReply reply = music("", kOrder);
  EXPECT_EQ(reply.status, 503);
  EXPECT_NE(reply.header("Retry-After"), "");
  EXPECT_EQ(seen([&] { return backend_.submissions.size(); }), 0u);
}

TEST_F(MusicRoutesTest, AHookLetsThrough) {
  FixedJudge judge(PromptVerdict{});
  MusicOptions options;
  options.judge = &judge;
  start_with(options);
  make_songs("song");
  EXPECT_EQ(music("", kOrder).body, "song");
}

TEST_F(MusicRoutesTest, WhatThePolicyDeniesGetsASuggestion) {
  MusicOptions options;
  options.policy = std::make_shared<elevenlabs::PromptPolicy>(
      *elevenlabs::PromptPolicy::parse("some artist\n!vile\n", "deny.txt"));
  start_with(options);
  make_songs("song");
  const json mild = detail_of(music("", {{"prompt", "folk, like some artist, calm"}}));
  EXPECT_EQ(mild["status"], "bad_prompt");
  EXPECT_EQ(mild["data"]["prompt_suggestion"], "folk, like, calm");
  EXPECT_FALSE(detail_of(music("", {{"prompt", "vile"}})).contains("data"));
  EXPECT_EQ(music("/plan", {{"prompt", "vile"}}).status, 400);
  const json section{{"section_name", "Verse"},
                     {"positive_local_styles", json::array()},
                     {"negative_local_styles", json::array()},
                     {"duration_ms", 3000},
                     {"lines", {"la", "by some artist"}}};
  const HttpReply planned = music("", {{"composition_plan",
                                        {{"positive_global_styles", json::array()},
                                         {"negative_global_styles", json::array()},
                                         {"sections", {section}}}}});
  EXPECT_EQ(planned.status, 400);
  const json detail = json_of(planned)["detail"];
  EXPECT_EQ(detail["status"], "bad_composition_plan");
  const json suggestion = detail["data"]["composition_plan_suggestion"];
  EXPECT_EQ(suggestion["sections"][0]["lines"], json({"la", "by"}));
  EXPECT_EQ(music("", {{"composition_plan", suggestion}}).status, 200);
}

}  // namespace
}  // namespace musicfleet::http
