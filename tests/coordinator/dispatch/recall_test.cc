// Jobs in hand that are taken back: for a worker with nothing to do, for their deadline, from a worker that
// takes no new job; and what does not change when the song has begun already.
#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

RunningJob waiting(const Lease& lease) { return {lease, Stage::kQueued, 0, 0}; }

class Recall : public ::testing::Test {
 protected:
  void hello(const std::string& worker, int version = 2, int slots = 2) {
    to_coordinator::Hello hello;
    hello.protocol_version = version;
    hello.models = {{"turbo", "ace_v15", "turbo"}};
    hello.slots = slots;
    scene.say(worker, hello);
  }

  // A song of 30 s on the only worker that is there, which takes it that long.
  void measure(const std::string& worker, Milliseconds work) {
    const JobId job = scene.submit("measured-" + worker);
    ASSERT_EQ(scene.job(job).worker, WorkerId{worker});
    JobAudio audio;
    audio.duration = 30s;
    audio.generate_time = work;
    scene.apply(UploadVerified{scene.lease(job), audio, {}});
  }

  // Worker "a" makes 30 s of song in 30 s, has just begun `running` and has `hand` in hand.
  void fill(int version = 2, std::optional<Milliseconds> deadline = {}) {
    hello("a", version);
    measure("a", 30s);
    running = scene.submit("running");
    hand = scene.submit("hand", 0, {}, deadline);
    beat();
  }
  void beat(bool draining = false) {
    scene.beat("a", {denoising(scene.lease(running), step++, 31), waiting(scene.lease(hand))}, draining);
  }

  std::size_t recalls() const { return scene.sent<to_worker::Recall>("a").size(); }
  std::string told(const std::string& kind) const {
    const auto line = std::find_if(scene.history.rbegin(), scene.history.rend(),
                                   [&](const HistoryEvent& event) { return event.kind == kind; });
    return line == scene.history.rend() ? "" : line->detail_json;
  }

  Scene scene;
  JobId running, hand;
  int step = 1;
};

TEST_F(Recall, BringsAJobInHandToAWorkerWithNothingToDo) {
  fill();
  EXPECT_EQ(recalls(), 0u);
  hello("b");
  ASSERT_EQ(recalls(), 1u);
  EXPECT_EQ(scene.sent<to_worker::Recall>("a").at(0).lease, scene.lease(hand));
  EXPECT_EQ(told("recalled"),
            R"({"worker":"a","epoch":1,"reason":"idle_worker","idle_worker":"b","begins_here_ms":30000,)"
            R"("done_here_ms":60000,"done_there_ms":30000,"margin_ms":15000,"taken_back_before":0})");
  scene.pass(200ms);
  scene.say("a", to_coordinator::Returned{scene.lease(hand)});
  EXPECT_EQ(told("returned"), R"({"worker":"a","epoch":1,"answered_after_ms":200,"times":1})");
  EXPECT_EQ(scene.job(hand).worker, WorkerId{"b"});
  EXPECT_EQ(scene.job(hand).epoch, 2u);
  EXPECT_EQ(scene.job(hand).attempts, 1) << "it costs no attempt";
  EXPECT_EQ(scene.job(running).worker, WorkerId{"a"});
}

TEST_F(Recall, OfASongThatHasBegunChangesNothing) {
  fill();
  hello("b");
  ASSERT_EQ(recalls(), 1u);
  for (int i = 0; i < 10; ++i) {
    scene.beat("a", {denoising(scene.lease(hand), i, 100)});
    scene.beat("b", {});
    scene.pass(5s);
  }
  EXPECT_EQ(recalls(), 1u);
  EXPECT_EQ(scene.job(hand).epoch, 1u);
  EXPECT_EQ(scene.job(hand).worker, WorkerId{"a"});
  EXPECT_EQ(told("returned"), "");
}

TEST_F(Recall, IsNotSaidToAWorkerOfProtocolOne) {
  fill(1);
  hello("b");
  for (int i = 0; i < 5; ++i) {
    beat(true);
    scene.pass(1s);
  }
  EXPECT_EQ(recalls(), 0u);
}

TEST_F(Recall, IsNotWorthItForALittleGain) {
  fill();
  for (int i = 0; i < 16; ++i) {
    scene.pass(1s);
    beat();
  }
  hello("b");  // 44 s here, 30 s there: less than half a song is gained
  EXPECT_EQ(recalls(), 0u);
}

TEST_F(Recall, IsNotMadeOnAGuess) {
  hello("a");
  running = scene.submit("running");
  hand = scene.submit("hand");
  beat();
  hello("b");
  EXPECT_EQ(recalls(), 0u) << "nothing has been measured yet";
  scene.pass(1s);
  beat();
  EXPECT_EQ(recalls(), 1u) << "a step takes a second, and 29 are left";
}

TEST_F(Recall, IsAskedAgainOnlyForTwiceTheGainOfBefore) {
  fill();
  hello("b");
  ASSERT_EQ(recalls(), 1u);
  // On its way back another one takes the free place, so that it goes back in hand.
  scene.say("b", to_coordinator::Goodbye{});
  scene.say("a", to_coordinator::Returned{scene.lease(hand)});
  ASSERT_EQ(scene.job(hand).worker, WorkerId{"a"});
  beat();
  for (int i = 0; i < 5; ++i) {
    scene.pass(1s);
    beat();
  }
  hello("b");  // 55 s here, 30 s there: 25 s were enough for the first time
  EXPECT_EQ(recalls(), 1u);
}

TEST_F(Recall, OneWorkerWithNothingToDoIsReasonForOneJob) {
  hello("a", 2, 3);
  measure("a", 30s);
  running = scene.submit("running");
  hand = scene.submit("hand");
  const JobId last = scene.submit("last");
  scene.beat("a", {denoising(scene.lease(running)), waiting(scene.lease(hand)), waiting(scene.lease(last))});
  hello("b");
  ASSERT_EQ(recalls(), 1u);
  EXPECT_EQ(scene.sent<to_worker::Recall>("a").at(0).lease, scene.lease(last)) << "it gains most";
  hello("c");
  EXPECT_EQ(recalls(), 2u);
}

TEST_F(Recall, BringsAJobInTimeForItsDeadline) {
  fill(2, Milliseconds{48s});
  for (int i = 0; i < 16; ++i) {
    scene.pass(1s);
    beat();
  }
  hello("b");  // 44 s here, 30 s there, 32 s are left
  ASSERT_EQ(recalls(), 1u);
  EXPECT_NE(told("recalled").find(R"("reason":"deadline")"), std::string::npos);
}

TEST_F(Recall, TakesWhatADrainingWorkerStillHasInHand) {
  fill();
  beat(true);
  ASSERT_EQ(recalls(), 1u);
  beat(true);
  EXPECT_EQ(recalls(), 1u) << "asked once";
  EXPECT_NE(told("recalled").find(R"("reason":"draining")"), std::string::npos);
  scene.say("a", to_coordinator::Returned{scene.lease(hand)});
  EXPECT_EQ(scene.job(hand).state, JobState::kQueued);
  EXPECT_EQ(scene.job(hand).attempts, 0);
}

TEST_F(Recall, FreesAJobThatWaitsBehindAHungSong) {
  fill();
  scene.pass(1s);
  step = 29;
  beat();
  // The song stands still before its end; the worker's other threads do not.
  const Lease hung = scene.lease(running);
  const auto stand_still = [&] {
    scene.pass(5s);
    scene.beat("a", {denoising(hung, 29, 31), waiting(scene.lease(hand))});
    for (const char* other : {"b", "c"})
      if (scene.dispatcher->fleet().count(WorkerId{other})) scene.beat(other, {});
  };
  for (int i = 0; i < 4; ++i) stand_still();
  hello("b");
  hello("c");
  EXPECT_EQ(recalls(), 0u) << "by all that is known the song ends soon";
  for (int i = 0; i < 10 && scene.job(running).worker == WorkerId{"a"}; ++i) stand_still();
  EXPECT_NE(scene.job(running).worker, WorkerId{"a"});
  EXPECT_EQ(recalls(), 1u);
}

TEST_F(Recall, AWorkerThatGivesJobsBackUnaskedGetsNoneUntilItsNextHeartbeat) {
  hello("a");
  const JobId job = scene.submit("j");
  scene.say("a", to_coordinator::Returned{scene.lease(job)});
  EXPECT_EQ(scene.job(job).state, JobState::kQueued);
  scene.beat("a", {});
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

}  // namespace
}  // namespace musicfleet::dispatch
