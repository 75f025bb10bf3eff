#include "worker/daemon/link_machine.h"

#include "tests/support/fake_clock.h"

#include <gmock/gmock.h>

namespace musicfleet::daemon {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One word an effect, so that a whole answer can be compared at a glance.
std::string word(const LinkEffect& effect) {
  struct Namer {
    std::string operator()(const OpenConnection&) { return "open"; }
    std::string operator()(const CloseConnection&) { return "close"; }
    std::string operator()(const SendMessage& effect) {
      static constexpr const char* kNames[] = {"hello",    "heartbeat", "song_ready",
                                               "uploaded", "failed",    "goodbye"};
      return concat("send ", kNames[effect.message.index()]);
    }
    std::string operator()(const Welcomed&) { return "welcomed"; }
    std::string operator()(const Deliver&) { return "deliver"; }
    std::string operator()(const LinkTrouble&) { return "trouble"; }
    std::string operator()(const LinkEnded&) { return "ended"; }
  };
  return std::visit(Namer{}, effect);
}

class LinkMachineTest : public ::testing::Test {
 protected:
  static std::vector<std::string> words(const LinkEffects& effects) {
    std::vector<std::string> all;
    for (const LinkEffect& effect : effects) all.push_back(word(effect));
    return all;
  }
  template <class M>
  static const M& sent(const LinkEffects& effects) {
    return std::get<M>(std::get<SendMessage>(effects.at(0)).message);
  }

  SteadyTime now() const { return clock_.now(); }
  std::vector<std::string> tick_after(milliseconds wait) {
    clock_.advance(wait);
    return words(machine_.tick(now()));
  }
  // When the machine wants to be called next, from now.
  milliseconds until_tick() const {
    return std::chrono::duration_cast<milliseconds>(machine_.next_tick().value() - now());
  }
  void serve() {
    machine_.start(now());
    machine_.connected(now());
    machine_.received(now(), welcome());
    ASSERT_TRUE(machine_.serving());
  }
  static to_worker::Message welcome() {
    return to_worker::Welcome{1, "gpu-1", milliseconds(5'000), milliseconds(15'000)};
  }
  static std::vector<RunningJob> one_job(int step) { return {{{{"job_1"}, 3}, Stage::kDenoising, step, 8}}; }

  testing::FakeClock clock_;
  LinkMachine machine_{{}, {1, 1, "0.1.0", "cpu", {{"m", "f", "v"}}, {}, 2}};
};

TEST_F(LinkMachineTest, ConnectsThenSaysHelloThenServes) {
  EXPECT_THAT(words(machine_.start(now())), ElementsAre("open"));
  EXPECT_FALSE(machine_.serving());
  const LinkEffects greeting = machine_.connected(now());
  EXPECT_THAT(words(greeting), ElementsAre("send hello"));
  EXPECT_EQ(sent<to_coordinator::Hello>(greeting).software_version, "0.1.0");
  EXPECT_THAT(words(machine_.received(now(), welcome())), ElementsAre("welcomed"));
  EXPECT_TRUE(machine_.serving());
}

TEST_F(LinkMachineTest, BeatsAsOftenAsTheWelcomeSays) {
  machine_.start(now());
  machine_.connected(now());
  machine_.received(now(), to_worker::Welcome{1, "gpu-1", milliseconds(700), milliseconds(2'100)});
  EXPECT_THAT(tick_after(milliseconds(699)), IsEmpty());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(tick_after(milliseconds(i == 0 ? 1 : 700)), ElementsAre("send heartbeat"));
    EXPECT_EQ(until_tick(), milliseconds(700));
  }
}

TEST_F(LinkMachineTest, AHeartbeatNamesTheJobsAndTheirProgress) {
  serve();
  clock_.advance(milliseconds(1'000));
  const LinkEffects effects = machine_.holds(now(), one_job(2), false);
  ASSERT_THAT(words(effects), ElementsAre("send heartbeat"));
  const auto& running = sent<to_coordinator::Heartbeat>(effects).running;
  ASSERT_EQ(running.size(), 1u);
  EXPECT_EQ(running[0].lease.epoch, 3u);
  EXPECT_EQ(running[0].step, 2);
}

TEST_F(LinkMachineTest, TheNextMessageAboutTheWorkerSaysWhatItHasFree) {
  machine_.has_free(2'000);
  machine_.start(now());
  EXPECT_EQ(sent<to_coordinator::Hello>(machine_.connected(now())).memory_free_bytes, 2'000u);
  machine_.received(now(), welcome());
  machine_.has_free(3'000);
  clock_.advance(milliseconds(5'000));
  EXPECT_EQ(sent<to_coordinator::Heartbeat>(machine_.tick(now())).memory_free_bytes, 3'000u);
  EXPECT_EQ(sent<to_coordinator::Hello>(machine_.received(now(), to_worker::Again{})).memory_free_bytes,
            3'000u);
}

TEST_F(LinkMachineTest, ProgressIsToldAtMostFiveTimesASecondAndTheLastOfItAlways) {
  serve();
  clock_.advance(milliseconds(1'000));
  int beats = 0;
  int last_step = -1;
  const auto note = [&](const LinkEffects& effects) {
    for (const LinkEffect& effect : effects) {
      ++beats;
      last_step =
          std::get<to_coordinator::Heartbeat>(std::get<SendMessage>(effect).message).running.at(0).step;
    }
  };
  // A step every 10 ms for a second, with the machine's own ticks in between.
  for (int step = 1; step <= 100; ++step) {
    note(machine_.holds(now(), one_job(step), false));
    clock_.advance(milliseconds(10));
    note(machine_.tick(now()));
  }
  EXPECT_GE(beats, 5);
  EXPECT_LE(beats, 6);
  clock_.advance(milliseconds(200));
  note(machine_.tick(now()));
  EXPECT_EQ(last_step, 100);
}

TEST_F(LinkMachineTest, WithoutAnAnswerToTheHelloItConnectsAnewWithGrowingPauses) {
  machine_.start(now());
  milliseconds longest{0};
  for (int i = 0; i < 8; ++i) {
    machine_.connected(now());
    EXPECT_THAT(tick_after(milliseconds(10'000)), ElementsAre("close", "trouble"));
    const milliseconds pause = until_tick();
    EXPECT_GT(pause, milliseconds(0));
    EXPECT_LE(pause, milliseconds(5'000));
    longest = std::max(longest, pause);
    EXPECT_THAT(tick_after(pause), ElementsAre("open"));
  }
  EXPECT_GE(longest, milliseconds(2'000));
}

TEST_F(LinkMachineTest, AConnectionThatNeverStandsIsOpenedAnew) {
  machine_.start(now());
  EXPECT_THAT(tick_after(milliseconds(10'000)), ElementsAre("close", "trouble"));
  EXPECT_THAT(tick_after(until_tick()), ElementsAre("open"));
}

TEST_F(LinkMachineTest, ARefusedSendMeansThatTheConnectionIsBroken) {
  serve();
  EXPECT_THAT(words(machine_.send_refused(now())), ElementsAre("close", "trouble"));
  EXPECT_FALSE(machine_.serving());
  EXPECT_THAT(words(machine_.report(now(), to_coordinator::Uploaded{})), IsEmpty());
  EXPECT_THAT(tick_after(until_tick()), ElementsAre("open"));
  EXPECT_THAT(words(machine_.connected(now())), ElementsAre("send hello"));
}

TEST_F(LinkMachineTest, AHelloAfterABreakNamesTheJobsThatAreStillHeld) {
  serve();
  machine_.send_refused(now());
  machine_.holds(now(), one_job(5), false);
  clock_.advance(until_tick());
  machine_.tick(now());
  const LinkEffects greeting = machine_.connected(now());
  ASSERT_EQ(sent<to_coordinator::Hello>(greeting).running.size(), 1u);
  EXPECT_EQ(sent<to_coordinator::Hello>(greeting).running[0].step, 5);
}

TEST_F(LinkMachineTest, AgainIsAnsweredWithOneHelloHoweverOftenItIsSaid) {
  serve();
  EXPECT_THAT(words(machine_.received(now(), to_worker::Again{})), ElementsAre("send hello"));
  EXPECT_FALSE(machine_.serving());
  EXPECT_THAT(words(machine_.received(now(), to_worker::Again{})), IsEmpty());
  EXPECT_THAT(words(machine_.received(now(), welcome())), ElementsAre("welcomed"));
}

TEST_F(LinkMachineTest, ARefusedWorkerWaitsHalfAMinuteBeforeItTriesAgain) {
  machine_.start(now());
  machine_.connected(now());
  const LinkEffects effects = machine_.received(now(), to_worker::Refused{"too old"});
  ASSERT_THAT(words(effects), ElementsAre("close", "trouble"));
  EXPECT_THAT(std::get<LinkTrouble>(effects[1]).reason, HasSubstr("too old"));
  EXPECT_THAT(tick_after(milliseconds(29'999)), IsEmpty());
  EXPECT_THAT(tick_after(milliseconds(1)), ElementsAre("open"));
}

TEST_F(LinkMachineTest, OrdersAreHandedOn) {
  serve();
  for (const to_worker::Message& order : {to_worker::Message(to_worker::Assign{}),
                                          {to_worker::Cancel{}},
                                          {to_worker::Ticket{}},
                                          {to_worker::Accepted{}},
                                          {to_worker::Drain{}}})
    EXPECT_THAT(words(machine_.received(now(), order)), ElementsAre("deliver"));
}

TEST_F(LinkMachineTest, WhatComesFromAClosedConnectionIsIgnored) {
  machine_.start(now());
  EXPECT_THAT(words(machine_.received(now(), welcome())), IsEmpty());
  serve();
  machine_.send_refused(now());
  EXPECT_THAT(words(machine_.received(now(), to_worker::Assign{})), IsEmpty());
  EXPECT_THAT(words(machine_.connected(now())), IsEmpty());
}

TEST_F(LinkMachineTest, ADrainingWorkerSaysSoAndSaysItAgainAfterEveryWelcome) {
  serve();
  clock_.advance(milliseconds(1'000));
  const LinkEffects effects = machine_.holds(now(), {}, true);
  ASSERT_THAT(words(effects), ElementsAre("send heartbeat"));
  EXPECT_TRUE(sent<to_coordinator::Heartbeat>(effects).draining);
  machine_.received(now(), to_worker::Again{});
  EXPECT_THAT(words(machine_.received(now(), welcome())), ElementsAre("welcomed", "send heartbeat"));
}

TEST_F(LinkMachineTest, FinishSaysGoodbyeOnAStandingConnectionOnly) {
  serve();
  EXPECT_THAT(words(machine_.finish(now())), ElementsAre("send goodbye", "close", "ended"));
  EXPECT_EQ(machine_.next_tick(), std::nullopt);

  LinkMachine other({}, {});
  other.start(now());
  EXPECT_THAT(words(other.finish(now())), ElementsAre("close", "ended"));
  EXPECT_THAT(words(other.tick(now() + std::chrono::hours(1))), IsEmpty());
}

TEST_F(LinkMachineTest, AWelcomeResetsThePauses) {
  machine_.start(now());
  for (int i = 0; i < 6; ++i) {
    machine_.connected(now());
    tick_after(milliseconds(10'000));
    tick_after(until_tick());
  }
  machine_.connected(now());
  machine_.received(now(), welcome());
  machine_.send_refused(now());
  EXPECT_LE(until_tick(), milliseconds(500));
}

}  // namespace
}  // namespace musicfleet::daemon
