// Purchases from their decision to their end, with real connections and files.
#include "coordinator/backend/purchase_desk.h"

#include "common/sha256.h"
#include "tests/coordinator/providers/upstream.h"
#include "tests/support/loop_runner.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;
using dispatch::PurchaseEnded;
using dispatch::VendorStands;
using musicfleet::testing::run_until;
using providers::refusal;

class PurchaseDeskTest : public ::testing::Test {
 protected:
  PurchaseDeskTest() {
    options.target.base_url = upstream.url();
    options.queue.retry = {10ms, 20ms};
  }
  void open() {
    shop = std::make_unique<providers::ElevenLabs>(loop, clock, options, std::vector<std::string>{"sk_key"},
                                                   Log(output, "elevenlabs"));
    desk = std::make_unique<PurchaseDesk>(
        PurchaseParts{loop, clock, *shop, audio, files, metrics}, "music_v1",
        PurchaseHooks{[this](PurchaseEnded end) {
                        ended.push_back(std::move(end));
                        stands_at_end.push_back(stands.back());
                      },
                      [this](VendorStands now) { stands.push_back(std::move(now)); }},
        Log(output, "elevenlabs"));
    desk->start();
  }
  dispatch::BuySong wanted(const std::string& job, PurchasePurpose purpose = PurchasePurpose::kDelivery) {
    dispatch::BuySong order;
    order.intent.lease = {JobId{job}, 3};
    order.intent.purpose = purpose;
    order.intent.price = {450'000};
    order.job.id = JobId{job};
    order.job.spec.prompt = "a secret wish";
    order.job.spec.duration = 10s;
    order.job.spec.format = {AudioContainer::kMp3, 44100, 128};
    order.begin_by = std::chrono::floor<dispatch::Milliseconds>(clock.now()) + 1h;
    return order;
  }
  // Has a wav file made of samples that are bought, and says what these are.
  std::string buy_wav() {
    providers::ScriptedReply samples = providers::song();
    samples.content_type = "audio/pcm";
    samples.body = std::string(10 * 48'000 * 4, '\x01');
    upstream.answer_with({samples});
    open();
    auto order = wanted("job_1");
    order.job.spec.format = {AudioContainer::kWav, 48'000, 0};
    desk->buy(order);
    wait_for_end();
    return samples.body;
  }
  void wait_for_end() {
    ASSERT_TRUE(run_until(loop, [&] { return !ended.empty(); }));
  }
  std::string file(const std::string& object) {
    std::ifstream stream(audio.path_of(object), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  bool has_leftovers() const { return !std::filesystem::is_empty(folder / "audio" / "incoming"); }
  std::string metrics_text() { return metrics.text(shop->state()); }

  musicfleet::testing::TemporaryFolder folder;
  providers::Upstream upstream;
  boost::asio::io_context loop;
  SystemClock clock;
  std::ostringstream log;
  LogOutput output{LogLevel::kDebug, log};
  AudioStore audio = AudioStore::open(folder / "audio").value();
  FilePool files{1};
  PurchaseMetrics metrics;
  providers::ElevenLabsOptions options;
  std::vector<PurchaseEnded> ended;
  std::vector<VendorStands> stands, stands_at_end;
  std::unique_ptr<providers::ElevenLabs> shop;
  std::unique_ptr<PurchaseDesk> desk;
};

TEST_F(PurchaseDeskTest, ABoughtSongLiesInTheAudioStoreBeforeAnybodyHearsOfIt) {
  open();
  desk->buy(wanted("job_1"));
  wait_for_end();
  const PurchaseEnded& end = ended[0];
  EXPECT_EQ(end.end.lease, (Lease{JobId{"job_1"}, 3}));
  EXPECT_EQ(end.end.state, PurchaseState::kBought);
  EXPECT_EQ(end.end.vendor_song, "song_7");
  EXPECT_EQ(end.end.object, "");
  ASSERT_TRUE(end.audio);
  EXPECT_EQ(end.audio->object, "songs/job_1/3.mp3");
  EXPECT_EQ(file(end.audio->object), providers::song_bytes());
  EXPECT_EQ(end.audio->sha256, sha256(providers::song_bytes()));
  EXPECT_EQ(end.audio->size_bytes, providers::song_bytes().size());
  EXPECT_EQ(end.audio->media_type, "audio/mpeg");
  EXPECT_EQ(end.audio->duration, 10s);
  EXPECT_EQ(end.audio->model, "music_v1");
  EXPECT_TRUE(std::isnan(end.audio->loudness_lufs));
  EXPECT_FALSE(has_leftovers());
}

TEST_F(PurchaseDeskTest, AWavFileIsMadeOfTheSamplesThatAreBought) {
  const std::string samples = buy_wav();
  ASSERT_TRUE(ended[0].audio) << ended[0].end.reason;
  const std::string wav = file(ended[0].audio->object);
  EXPECT_EQ(wav.substr(0, 4), "RIFF");
  EXPECT_EQ(wav.substr(44), samples);
  EXPECT_EQ(ended[0].audio->sha256, sha256(wav));
  EXPECT_EQ(ended[0].audio->channels, 2);
  EXPECT_EQ(ended[0].audio->duration, 10s);
  EXPECT_NE(upstream.received()[0].head.find("output_format=pcm_48000"), std::string::npos);
  EXPECT_FALSE(has_leftovers());
}

TEST_F(PurchaseDeskTest, AShadowsSongLiesBesideTheOneThatIsDelivered) {
  open();
  desk->buy(wanted("job_1", PurchasePurpose::kShadow));
  wait_for_end();
  EXPECT_FALSE(ended[0].audio);
  EXPECT_EQ(ended[0].end.object, "songs/job_1/3-shadow.mp3");
  EXPECT_EQ(file(ended[0].end.object), providers::song_bytes());
}

TEST_F(PurchaseDeskTest, WhatAProcessLeftOfALeaseThatIsStillCurrentIsReplaced) {
  std::filesystem::create_directories(folder / "audio" / "songs" / "job_1");
  std::ofstream(folder / "audio" / "songs" / "job_1" / "3.mp3") << "old";
  open();
  desk->buy(wanted("job_1"));
  wait_for_end();
  EXPECT_EQ(file("songs/job_1/3.mp3"), providers::song_bytes());
}

TEST_F(PurchaseDeskTest, ARefusedOrderIsNotBoughtAndNotForTheVendorAgain) {
  upstream.answer_with({refusal(422, "bad_prompt")});
  open();
  desk->buy(wanted("job_1"));
  wait_for_end();
  EXPECT_EQ(ended[0].end.state, PurchaseState::kNotBought);
  EXPECT_TRUE(ended[0].job_cannot);
  EXPECT_EQ(ended[0].why.code, ErrorCode::kInvalidArgument);
  EXPECT_NE(ended[0].why.message.find("bad_prompt"), std::string::npos) << ended[0].why.message;
  EXPECT_FALSE(ended[0].audio);
}

TEST_F(PurchaseDeskTest, AnAnswerThatSaysNothingIsUnknownAndLeavesNoFile) {
  providers::ScriptedReply garbage = providers::song();
  garbage.body = "<html>";
  upstream.answer_with({garbage});
  open();
  desk->buy(wanted("job_1"));
  wait_for_end();
  EXPECT_EQ(ended[0].end.state, PurchaseState::kUnknown);
  EXPECT_EQ(ended[0].end.vendor_song, "song_7") << "helps whoever must find out";
  EXPECT_FALSE(ended[0].job_cannot);
  EXPECT_TRUE(run_until(loop, [&] { return !has_leftovers(); }));
}

TEST_F(PurchaseDeskTest, ASongThatCannotBeStoredMayBeOnTheBill) {
  std::ofstream(folder / "audio" / "songs" / "job_1") << "in the way of the folder";
  open();
  desk->buy(wanted("job_1"));
  wait_for_end();
  EXPECT_EQ(ended[0].end.state, PurchaseState::kUnknown);
  EXPECT_EQ(ended[0].end.reason.rfind("ours: ", 0), 0u) << ended[0].end.reason;
  EXPECT_FALSE(has_leftovers());
}

TEST_F(PurchaseDeskTest, OfAWavFileThatCannotBeStoredNothingIsLeft) {
  std::ofstream(folder / "audio" / "songs" / "job_1") << "in the way of the folder";
  buy_wav();
  EXPECT_EQ(ended[0].end.state, PurchaseState::kUnknown);
  EXPECT_FALSE(has_leftovers());
}

TEST_F(PurchaseDeskTest, AnOrderThatTheVendorDoesNotMakeNeverLeaves) {
  open();
  auto flac = wanted("job_1");
  flac.job.spec.format.container = AudioContainer::kFlac;
  desk->buy(flac);
  wait_for_end();
  EXPECT_EQ(ended[0].end.state, PurchaseState::kNotBought);
  EXPECT_EQ(ended[0].end.lease, flac.intent.lease);
  EXPECT_TRUE(ended[0].job_cannot);
  EXPECT_TRUE(upstream.received().empty());
}

TEST_F(PurchaseDeskTest, AnOrderThatWaitsIsTakenBackAndOneThatHasLeftIsWaitedFor) {
  upstream.hold();
  options.queue.at_once = 1;
  open();
  desk->buy(wanted("job_1"));
  desk->buy(wanted("job_2"));
  upstream.wait_for_requests(1);
  desk->withdraw({JobId{"job_2"}, 3});
  desk->withdraw({JobId{"job_1"}, 3});
  desk->withdraw({JobId{"job_3"}, 3});
  wait_for_end();
  EXPECT_EQ(ended[0].end.lease.job, JobId{"job_2"});
  EXPECT_EQ(ended[0].end.state, PurchaseState::kNotBought);
  EXPECT_EQ(ended[0].end.reason, "none: withdrawn before the request left");
  upstream.let_go();
  ASSERT_TRUE(run_until(loop, [&] { return ended.size() == 2; }));
  EXPECT_EQ(ended[1].end.lease.job, JobId{"job_1"});
  EXPECT_EQ(ended[1].end.state, PurchaseState::kBought);
}

TEST_F(PurchaseDeskTest, OnceClosedItWaitsForWhatHasLeftAndSendsNothingMore) {
  upstream.hold();
  options.queue.at_once = 1;
  open();
  desk->buy(wanted("job_1"));
  desk->buy(wanted("job_2"));
  upstream.wait_for_requests(1);
  desk->close();
  EXPECT_EQ(stands.back().resting, "this process is ending and buys nothing more");
  EXPECT_TRUE(stands.back().enabled);
  desk->buy(wanted("job_3"));
  ASSERT_TRUE(run_until(loop, [&] { return ended.size() == 2; }));
  for (const PurchaseEnded& end : ended) {
    EXPECT_NE(end.end.lease.job, JobId{"job_1"});
    EXPECT_EQ(end.end.state, PurchaseState::kNotBought);
    EXPECT_FALSE(end.job_cannot) << "the next process could";
  }
  EXPECT_EQ(desk->under_way(), 1u);
  upstream.let_go();
  ASSERT_TRUE(run_until(loop, [&] { return desk->under_way() == 0; }));
  ASSERT_EQ(ended.size(), 3u) << "nothing is under way any more and not everybody was told";
  EXPECT_EQ(ended[2].end.state, PurchaseState::kBought);
  EXPECT_EQ(upstream.received().size(), 1u);
}

TEST_F(PurchaseDeskTest, WhatHasLeftAndIsRefusedIsNotTriedAgainOnceItIsClosed) {
  upstream.answer_with({refusal(429, "system_busy")});
  upstream.hold();
  open();
  desk->buy(wanted("job_1"));
  upstream.wait_for_requests(1);
  desk->close();
  upstream.let_go();
  wait_for_end();
  EXPECT_EQ(ended[0].end.state, PurchaseState::kNotBought);
  EXPECT_EQ(upstream.received().size(), 1u);
}

TEST_F(PurchaseDeskTest, TellsHowTheVendorStandsAtFirstAndBeforeTheEndThatChangesIt) {
  options.queue.breaker.failures = 1;
  upstream.answer_with({refusal(500, "internal")});
  open();
  ASSERT_EQ(stands.size(), 1u);
  EXPECT_TRUE(stands[0].enabled);
  EXPECT_EQ(stands[0].resting, "");
  EXPECT_EQ(stands[0].predicted, options.queue.typical_song);
  desk->buy(wanted("job_1"));
  wait_for_end();
  EXPECT_EQ(stands_at_end.at(0).resting, "its circuit breaker is open");
  ASSERT_TRUE(stands.back().again);
  EXPECT_GT(*stands.back().again, 0ms);
}

TEST_F(PurchaseDeskTest, WhoWaitsForAVendorThatIsLeftAloneGetsItsOrderBack) {
  options.queue.breaker.failures = 1;
  options.queue.at_once = 1;
  upstream.answer_with({refusal(500, "internal")});
  open();
  desk->buy(wanted("job_1"));
  desk->buy(wanted("job_2"));
  ASSERT_TRUE(run_until(loop, [&] { return ended.size() == 2; }));
  EXPECT_EQ(ended[0].end.state, PurchaseState::kUnknown);
  EXPECT_EQ(ended[1].end.lease.job, JobId{"job_2"});
  EXPECT_EQ(ended[1].end.state, PurchaseState::kNotBought);
  EXPECT_FALSE(ended[1].job_cannot);
  EXPECT_EQ(upstream.received().size(), 1u);
}

TEST_F(PurchaseDeskTest, AKeyThatIsRefusedRests) {
  upstream.answer_with({refusal(401, "invalid_api_key")});
  open();
  desk->buy(wanted("job_1"));
  wait_for_end();
  EXPECT_EQ(ended[0].end.state, PurchaseState::kNotBought);
  EXPECT_FALSE(ended[0].job_cannot) << "another key could";
  EXPECT_EQ(stands.back().resting, "it accepts no key");
  EXPECT_GT(*stands.back().again, 9min);
}

TEST_F(PurchaseDeskTest, CountsPurchasesAndMoney) {
  upstream.answer_with({refusal(422, "bad"), refusal(500, "internal"), providers::song()});
  options.queue.at_once = 1;
  open();
  for (const char* job : {"job_1", "job_2", "job_3"}) desk->buy(wanted(job));
  ASSERT_TRUE(run_until(loop, [&] { return ended.size() == 3; }));
  const std::string text = metrics_text();
  for (const char* line :
       {"musicfleet_purchases_total{outcome=\"bought\"} 1",
        "musicfleet_purchases_total{outcome=\"not_bought\"} 1",
        "musicfleet_purchases_total{outcome=\"unknown\"} 1",
        "musicfleet_purchases_micro_dollars_total{outcome=\"bought\"} 450000",
        "musicfleet_purchases_micro_dollars_total{outcome=\"unknown\"} 450000",
        "musicfleet_purchases_micro_dollars_total{outcome=\"not_bought\"} 0",
        "musicfleet_elevenlabs_breaker{state=\"closed\"} 1",
        "musicfleet_elevenlabs_breaker{state=\"open\"} 0",
        "musicfleet_elevenlabs_orders{state=\"waiting\"} 0", "musicfleet_elevenlabs_keys 1"})
    EXPECT_NE(text.find(line), std::string::npos) << line << '\n' << text;
}

TEST_F(PurchaseDeskTest, NeitherThePromptNorTheKeyNorTheVendorsWordsGetIntoTheLogOrTheReason) {
  upstream.answer_with({refusal(422, "bad_prompt")});
  open();
  desk->buy(wanted("job_1"));
  wait_for_end();
  for (const std::string& text : {log.str(), ended[0].end.reason, ended[0].why.message}) {
    EXPECT_EQ(text.find("secret"), std::string::npos) << text;
    EXPECT_EQ(text.find("sk_key"), std::string::npos) << text;
  }
  EXPECT_NE(log.str().find("price_micros=450000"), std::string::npos) << log.str();
}

}  // namespace
}  // namespace musicfleet::backend
