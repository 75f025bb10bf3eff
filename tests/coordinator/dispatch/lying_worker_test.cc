// A worker whose song is not the one that was ordered: refused, held against the worker, made elsewhere.
#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

#include <functional>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;
using to_coordinator::SongReady;

struct Lie {
  const char* what;
  std::function<void(SongReady&)> tell;
};

const Lie kLies[] = {
    {"of 20000 ms where 30000 ms", [](SongReady& song) { song.duration = 20s; }},
    {"of 40000 ms where 30000 ms", [](SongReady& song) { song.duration = 40s; }},
    {"of 30101 ms where 30000 ms", [](SongReady& song) { song.duration = 30'101ms; }},
    {"of 44100 Hz where 48000 Hz", [](SongReady& song) { song.sample_rate_hz = 44'100; }},
    {"of 0 channels", [](SongReady& song) { song.channels = 0; }},
    {"of 3 channels", [](SongReady& song) { song.channels = 3; }},
    {"by model \"other\", which it does not have", [](SongReady& song) { song.model_name = "other"; }},
    {"of another type than audio/wav", [](SongReady& song) { song.media_type = "audio/mpeg"; }},
    {"without a byte", [](SongReady& song) { song.size_bytes = 0; }},
};

TEST(LyingWorker, GetsNoTicketAndItsJobGoesToAnotherWorker) {
  for (const Lie& lie : kLies) {
    Scene scene;
    scene.hello("liar");
    const JobId job = scene.submit("j");
    const Lease first = scene.lease(job);
    SongReady song = scene.song_of(first);
    lie.tell(song);
    scene.hello("honest");
    scene.say("liar", song);
    EXPECT_TRUE(scene.tickets.empty()) << lie.what;
    ASSERT_EQ(scene.attempts_ended.size(), 1u) << lie.what;
    EXPECT_EQ(scene.attempts_ended[0].outcome, AttemptOutcome::kFailed);
    EXPECT_EQ(scene.attempts_ended[0].error->code, ErrorCode::kCorrupt);
    EXPECT_NE(scene.attempts_ended[0].error->message.find(lie.what), std::string::npos)
        << scene.attempts_ended[0].error->message;
    ASSERT_EQ(scene.sent<to_worker::Cancel>("liar").size(), 1u);
    EXPECT_EQ(scene.sent<to_worker::Cancel>("liar").at(0).lease, first);
    scene.pass(2s);
    EXPECT_EQ(scene.job(job).worker, WorkerId{"honest"}) << lie.what;
    EXPECT_EQ(scene.job(job).attempts, 2);
    scene.say("honest", scene.song_of(scene.lease(job)));
    EXPECT_EQ(scene.tickets.size(), 1u);
  }
}

TEST(LyingWorker, IsBelievedWithinAFrameOfTheLength) {
  Scene scene;
  scene.hello("w");
  const JobId job = scene.submit("j");
  SongReady song = scene.song_of(scene.lease(job));
  song.duration += kDurationTolerance;
  scene.say("w", song);
  EXPECT_EQ(scene.tickets.size(), 1u);
}

TEST(LyingWorker, MustUseTheModelThatWasOrdered) {
  Scene scene;
  to_coordinator::Hello hello;
  hello.protocol_version = 2;
  hello.models = {{"turbo", "ace_v15", "turbo"}, {"base", "ace_v15", "base"}};
  scene.say("w", hello);
  const JobId job = scene.submit("j", 0, "base");
  SongReady song = scene.song_of(scene.lease(job));
  song.model_name = "turbo";
  scene.say("w", song);
  EXPECT_TRUE(scene.tickets.empty());
  EXPECT_EQ(scene.attempts_ended.at(0).error->message,
            "the worker announced a song by model \"turbo\" where \"base\" was ordered");
}

TEST(LyingWorker, RestsAfterTooManyOfThem) {
  Scene scene;
  scene.hello("liar");
  for (int i = 0; i < 3; ++i) {
    const JobId job = scene.submit(concat("j", i));
    ASSERT_EQ(scene.job(job).worker, WorkerId{"liar"});
    SongReady song = scene.song_of(scene.lease(job));
    song.duration = 1s;
    scene.say("liar", song);
    scene.apply(CancelRequested{job});
  }
  const JobId next = scene.submit("next");
  EXPECT_EQ(scene.job(next).state, JobState::kQueued);
  EXPECT_NE(scene.history.back().detail_json.find(R"("reason":"resting")"), std::string::npos);
}

TEST(LyingWorker, WhoseUploadsWereRefusedTooOftenHasFailed) {
  Scene scene;
  scene.hello("liar");
  const JobId job = scene.submit("j");
  const Lease lease = scene.lease(job);
  scene.hello("honest");
  scene.apply(SongRefused{lease, Error{ErrorCode::kCorrupt, "other bytes"}});
  EXPECT_EQ(scene.attempts_ended.at(0).error->message, "other bytes");
  EXPECT_EQ(scene.sent<to_worker::Cancel>("liar").size(), 1u);
  scene.apply(SongRefused{lease, Error{ErrorCode::kCorrupt, "of a lease that is lost"}});
  EXPECT_EQ(scene.attempts_ended.size(), 1u);
  scene.pass(2s);
  EXPECT_EQ(scene.job(job).worker, WorkerId{"honest"});
}

}  // namespace
}  // namespace musicfleet::dispatch
