// Orders from their queue to their end, with real connections: what is paid, what is repeated, what the
// breaker does.
#include "coordinator/providers/elevenlabs.h"

#include "tests/coordinator/providers/upstream.h"
#include "tests/support/loop_runner.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sstream>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;
using musicfleet::testing::run_until;

class ElevenLabsTest : public ::testing::Test {
 protected:
  void open(std::vector<std::string> keys = {"sk_first_key"}) {
    options.target.base_url = upstream.url();
    shop = std::make_unique<ElevenLabs>(loop, clock, options, std::move(keys), Log(output, "elevenlabs"));
  }
  OrderNumber buy(Milliseconds begin_by = 1h) {
    return shop->buy(song_order(), folder / concat("song", ++files), begin_by,
                     [this](PurchaseResult result) { results.push_back(std::move(result)); });
  }
  PurchaseResult result_of_one() {
    buy();
    run_until(loop, [&] { return !results.empty(); });
    return results.empty() ? PurchaseResult{} : results.back();
  }
  // The keys of the requests, in their order.
  std::vector<std::string> keys_used() {
    std::vector<std::string> keys;
    for (const ScriptedRequest& request : upstream.received())
      keys.push_back(header_of(request, "xi-api-key"));
    return keys;
  }

  ElevenLabsTest() { options.queue.retry = {10ms, 20ms}; }

  musicfleet::testing::TemporaryFolder folder;
  Upstream upstream;
  boost::asio::io_context loop;
  SystemClock clock;
  std::ostringstream log;
  LogOutput output{LogLevel::kDebug, log};
  ElevenLabsOptions options;
  int files = 0;
  std::vector<PurchaseResult> results;
  std::unique_ptr<ElevenLabs> shop;
};

TEST_F(ElevenLabsTest, BuysASongAndTellsOfItThroughTheLoop) {
  open();
  buy();
  EXPECT_TRUE(results.empty());
  ASSERT_TRUE(run_until(loop, [&] { return !results.empty(); }));
  EXPECT_EQ(results[0].bought, Bought::kBought);
  EXPECT_EQ(results[0].tries, 1);
  EXPECT_EQ(results[0].last.vendor_song, "song_7");
  EXPECT_EQ(std::filesystem::file_size(folder / "song1"), song_bytes().size());
  EXPECT_EQ(shop->state().slots, 3) << "as the vendor's header says";
}

TEST_F(ElevenLabsTest, TooManyAtOnceIsWaitedForAndThenBoughtOnce) {
  upstream.answer_with({refusal(429, "too_many_concurrent_requests"), refusal(429, "rate_limit_exceeded")});
  open();
  const PurchaseResult result = result_of_one();
  EXPECT_EQ(result.bought, Bought::kBought);
  EXPECT_EQ(result.tries, 3);
  EXPECT_EQ(upstream.received().size(), 3u);
}

TEST_F(ElevenLabsTest, AVendorThatIsOverloadedIsAskedAgain) {
  upstream.answer_with({refusal(503, "system_busy")});
  open();
  EXPECT_EQ(result_of_one().bought, Bought::kBought);
  EXPECT_EQ(upstream.received().size(), 2u);
}

TEST_F(ElevenLabsTest, WhatMayHaveBeenPaidForIsNeverAskedForAgain) {
  for (ScriptedReply reply : {refusal(500, "internal"), gateway(502), gateway(503), gateway(504)}) {
    upstream.answer_with({std::move(reply)});
    open();
    results.clear();
    const std::size_t before = upstream.received().size();
    EXPECT_EQ(result_of_one().bought, Bought::kUnknown);
    EXPECT_EQ(upstream.received().size(), before + 1);
  }
}

TEST_F(ElevenLabsTest, ARefusedRequestIsNotRepeated) {
  upstream.answer_with({refusal(422, "validation_error")});
  open();
  const PurchaseResult result = result_of_one();
  EXPECT_EQ(result.bought, Bought::kNotBought);
  EXPECT_EQ(result.trouble, Trouble::kRequest);
  EXPECT_EQ(result.last.vendor_error->code, "validation_error");
  EXPECT_EQ(upstream.received().size(), 1u);
}

TEST_F(ElevenLabsTest, AKeyThatIsRefusedIsReplacedByTheNext) {
  upstream.answer_with({refusal(401, "quota_exceeded")});
  open({"sk_first_key", "sk_second_key"});
  EXPECT_EQ(result_of_one().bought, Bought::kBought);
  EXPECT_EQ(keys_used(), (std::vector<std::string>{"sk_first_key", "sk_second_key"}));
  EXPECT_EQ(shop->state().keys, 1);
}

TEST_F(ElevenLabsTest, WithoutAnyKeyTheOrderEndsAndTheStateSaysSo) {
  upstream.answer_with({refusal(401, "invalid_api_key")});
  open();
  EXPECT_EQ(result_of_one().trouble, Trouble::kKey);
  EXPECT_FALSE(shop->state().usable());
}

TEST_F(ElevenLabsTest, TheBreakerOpensAndTheNextOrderEndsWithoutARequest) {
  options.queue.breaker.failures = 2;
  upstream.answer_with({gateway(502), gateway(502)});
  open();
  buy();
  buy();
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 2; }));
  EXPECT_EQ(shop->state().breaker, CircuitBreaker::State::kOpen);
  buy(20ms);
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 3; }));
  EXPECT_EQ(results[2].bought, Bought::kNotBought);
  EXPECT_EQ(results[2].last.problem, "no request could leave in time");
  EXPECT_EQ(results[2].tries, 0);
  EXPECT_EQ(upstream.received().size(), 2u);
  EXPECT_NE(log.str().find("from=closed to=open"), std::string::npos) << log.str();
}

TEST_F(ElevenLabsTest, AHalfOpenBreakerProbesAndCloses) {
  options.queue.breaker = {1, 1, {10ms, 10ms}};
  upstream.answer_with({gateway(502)});
  open();
  buy();
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 1; }));
  buy();
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 2; }));
  EXPECT_EQ(results[1].bought, Bought::kBought);
  EXPECT_EQ(shop->state().breaker, CircuitBreaker::State::kClosed);
}

TEST_F(ElevenLabsTest, AnOrderThatGivesUpSaysWhatItsLastTryMet) {
  upstream.answer_with({refusal(429, "system_busy", "Retry-After: 60\r\n")});
  open();
  buy(1s);
  ASSERT_TRUE(run_until(loop, [&] { return !results.empty(); }));
  EXPECT_EQ(results[0].bought, Bought::kNotBought);
  EXPECT_EQ(results[0].tries, 1);
  EXPECT_EQ(results[0].last.problem, "no request could leave in time; the last try: status 429 system_busy");
}

TEST_F(ElevenLabsTest, OneKeyHasTwoRequestsUnderWayUntilTheVendorSaysOtherwise) {
  upstream.hold();
  open();
  for (int i = 0; i < 4; ++i) buy();
  EXPECT_EQ(shop->state().under_way, 2);
  EXPECT_EQ(shop->state().waiting, 2);
  upstream.let_go();
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 4; }));
  for (const PurchaseResult& result : results) EXPECT_EQ(result.bought, Bought::kBought);
}

TEST_F(ElevenLabsTest, AQueueThatIsFullRefusesThroughTheLoop) {
  options.queue.at_once = 1;
  options.queue.most_waiting = 1;
  upstream.hold();
  open();
  for (int i = 0; i < 3; ++i) buy();
  EXPECT_TRUE(results.empty());
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 1; }));
  EXPECT_EQ(results[0].bought, Bought::kNotBought);
  EXPECT_EQ(results[0].trouble, Trouble::kBusy);
}

TEST_F(ElevenLabsTest, AnOrderIsTakenBackAsLongAsItWaits) {
  options.queue.at_once = 1;
  upstream.hold();
  open();
  const OrderNumber leaves = buy();
  const OrderNumber waits = buy();
  upstream.wait_for_requests(1);
  EXPECT_FALSE(shop->withdraw(leaves)) << "it may be paid for already";
  EXPECT_TRUE(shop->withdraw(waits));
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 1; }));
  EXPECT_EQ(results[0].bought, Bought::kNotBought);
  upstream.let_go();
  ASSERT_TRUE(run_until(loop, [&] { return results.size() == 2; }));
  EXPECT_EQ(results[1].bought, Bought::kBought);
}

TEST_F(ElevenLabsTest, AnOrderThatIsTakenBackAfterItHasLeftIsNotRepeated) {
  upstream.hold();
  open();
  const OrderNumber order = buy();
  upstream.wait_for_requests(1);
  EXPECT_FALSE(shop->withdraw(order));
  upstream.answer_with({refusal(429, "system_busy")});
  upstream.let_go();
  ASSERT_TRUE(run_until(loop, [&] { return !results.empty(); }));
  EXPECT_EQ(results[0].bought, Bought::kNotBought);
  EXPECT_EQ(results[0].last.problem, "status 429 system_busy");
  EXPECT_EQ(upstream.received().size(), 1u);
}

// By this clock time passes between any two questions.
TEST_F(ElevenLabsTest, NoMomentIsTooShortToBeMissed) {
  struct HastyClock final : Clock {
    musicfleet::SteadyTime now() const override { return musicfleet::SteadyTime(1h) + ++asked * 1ms; }
    std::chrono::sys_time<Milliseconds> wall_now() const override { return {}; }
    mutable std::atomic<int> asked = 0;
  } hasty;
  options.target.base_url = upstream.url();
  options.queue.at_once = 1;
  shop = std::make_unique<ElevenLabs>(loop, hasty, options, std::vector<std::string>{"sk_key"},
                                      Log(output, "elevenlabs"));
  upstream.hold();
  buy();
  for (const int moment : {1, 2, 3, 4, 5, 6}) {
    results.clear();
    const OrderNumber taken_back = buy();
    buy(Milliseconds(moment));
    if (moment % 2 == 0) shop->withdraw(taken_back);
    ASSERT_TRUE(run_until(loop, [&] { return !results.empty() && results.back().trouble == Trouble::kBusy; }))
        << moment;
    shop->withdraw(taken_back);
    loop.poll();
  }
}

TEST_F(ElevenLabsTest, NobodyHearsOfWhatItsEndBreaksOff) {
  upstream.hold();
  open();
  buy();
  upstream.wait_for_requests(1);
  shop.reset();
  loop.restart();
  loop.poll();
  EXPECT_TRUE(results.empty()) << "the intent stays, and is unknown to the next process";
}

TEST_F(ElevenLabsTest, NeitherKeysNorPromptsGetIntoTheLog) {
  upstream.answer_with(
      {refusal(429, "system_busy"), refusal(401, "invalid_api_key"), refusal(400, "bad_prompt")});
  open({"sk_first_key", "sk_second_key"});
  result_of_one();
  EXPECT_NE(log.str().find("bad_prompt"), std::string::npos) << "it does log";
  for (const char* secret : {"sk_first_key", "sk_second_key", "secret wish"})
    EXPECT_EQ(log.str().find(secret), std::string::npos) << log.str();
}

}  // namespace
}  // namespace musicfleet::providers
