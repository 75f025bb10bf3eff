// Requests that wait for their song: joining, being refused, coming too early.
#include "tests/coordinator/http/music_waiting.h"

namespace musicfleet::http {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

using MusicWaitingTest = MusicWaiting;

TEST_F(MusicWaitingTest, TheSameRequestJoinsTheSongThatIsBeingMade) {
  port();
  std::future<HttpReply> first = begin(kOrder);
  wait_for_submissions(1);
  std::future<HttpReply> second = begin(kOrder);
  wait_for_waiting(2);
  EXPECT_EQ(jobs(), 1u);
  finish_later(last_job());
  const HttpReply one = first.get(), two = second.get();
  EXPECT_EQ(one.body, "song");
  EXPECT_EQ(one.header("song-id"), two.header("song-id"));
}

TEST_F(MusicWaitingTest, AfterItWasDeliveredTheSameRequestOrdersAnother) {
  make_songs("song");
  const HttpReply first = music("", kOrder), second = music("", kOrder);
  EXPECT_NE(first.header("song-id"), second.header("song-id"));
  EXPECT_EQ(jobs(), 2u);
}

TEST_F(MusicWaitingTest, OtherKeysBodiesAndTargetsAreOtherOrders) {
  port();
  std::vector<std::future<HttpReply>> all;
  all.push_back(begin(kOrder));
  all.push_back(begin({{"prompt", "other"}}));
  all.push_back(
      std::async(std::launch::async, [this] { return music("?output_format=mp3_44100_64", kOrder); }));
  all.push_back(std::async(std::launch::async, [this] { return music("", kOrder, {}, kOtherTenantsKey); }));
  wait_for_submissions(4);
  EXPECT_EQ(jobs(), 4u);
  on_loop([&] {
    for (const Submission& made : backend_.submissions)
      backend_.update(JobId{"job_of_" + *made.idempotency_key}, [&](Job& job) { finish(job, "song"); });
  });
  for (auto& reply : all) EXPECT_EQ(reply.get().status, 200);
}

TEST_F(MusicWaitingTest, AnIdempotencyKeyOfTheClientIsUsedAsItIs) {
  make_songs("song");
  EXPECT_EQ(music("", kOrder, {{"Idempotency-Key", "order-1"}}).header("song-id"), "job_of_order-1");
  EXPECT_EQ(music("", kOrder, {{"Idempotency-Key", "order-1"}}).header("song-id"), "job_of_order-1");
}

TEST_F(MusicWaitingTest, WhenTheTimeIsOverTheSongGoesOnAndTheSameRequestGetsIt) {
  start_with({.patience = 1ms});
  const HttpReply late = music("", kOrder);
  EXPECT_EQ(late.status, 504);
  EXPECT_EQ(detail_of(late)["code"], "timeout");
  EXPECT_FALSE(seen([&] { return backend_.job_map.begin()->second.cancel_requested; }));
  finish_later(last_job());
  EXPECT_EQ(music("", kOrder).body, "song");
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicWaitingTest, WithoutAWorkerTheAnswerIsA503ThatSaysWhenToComeBack) {
  start_with({.worker_patience = 0ms});
  on_loop([&] { backend_.worker_there = false; });
  const HttpReply reply = music("", kOrder);
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(detail_of(reply)["code"], "unavailable");
  EXPECT_EQ(reply.header("Retry-After"), "7");
  EXPECT_EQ(jobs(), 0u);
}

TEST_F(MusicWaitingTest, AWorkerThatComesInTimeMakesTheSong) {
  make_songs("song");
  start_with({.worker_patience = 1h});
  on_loop([&] { backend_.worker_there = false; });
  std::future<HttpReply> reply = begin(kOrder);
  on_loop([&] { backend_.worker_there = true; });
  EXPECT_EQ(reply.get().status, 200);
}

TEST_F(MusicWaitingTest, AQueuedSongWhoseWorkersAllLeaveIsCancelled) {
  start_with({.worker_patience = 0ms});
  std::future<HttpReply> reply = begin(kOrder);
  wait_for_submissions(1);
  on_loop([&] { backend_.worker_there = false; });
  EXPECT_EQ(reply.get().status, 503);
  EXPECT_EQ(seen([&] { return backend_.job_map.begin()->second.state; }), JobState::kCancelled);
}

TEST_F(MusicWaitingTest, OneThatIsTurnedAwayTakesNothingFromOneThatIsServed) {
  port();
  std::future<HttpReply> first = begin(kOrder);
  wait_for_waiting(1);
  on_loop([&] {
    backend_.submit_error = Error{ErrorCode::kUnavailable, "too much waits for the store"};
    backend_.worker_there = false;
  });
  std::future<HttpReply> second = begin(kOrder);
  wait_for_waiting(2);
  finish_later(last_job());
  EXPECT_EQ(first.get().body, "song");
  EXPECT_EQ(second.get().body, "song");
}

TEST_F(MusicWaitingTest, WhoJoinsBeforeThereIsAWayGetsTheSongOfWhoFindsOne) {
  start_with({.worker_patience = 1h});
  on_loop([&] { backend_.worker_there = false; });
  std::future<HttpReply> first = begin(kOrder), second = begin(kOrder);
  {
    RawConnection third(port());  // which goes, and closes nothing for the others
    third.send(raw_order());
  }
  records(1);
  on_loop([&] { backend_.worker_there = true; });
  wait_for_waiting(2);
  finish_later(last_job());
  EXPECT_EQ(first.get().header("song-id"), second.get().header("song-id"));
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicWaitingTest, RequestsWithOneKeyWaitForOneSong) {
  start_with({.cancel_abandoned = true});
  const std::vector<HttpHeader> key{{"Idempotency-Key", "order-1"}};
  const auto begin_with_key = [&](const json& order) {
    return std::async(std::launch::async, [this, order, key] { return music("", order, key); });
  };
  std::future<HttpReply> first = begin_with_key(kOrder);
  wait_for_waiting(1);
  EXPECT_EQ(music("", {{"prompt", "another"}}, key).status, 409);
  std::future<HttpReply> second = begin_with_key(kOrder);
  wait_for_waiting(2);
  finish_later(JobId{"job_of_order-1"});
  EXPECT_EQ(first.get().body, "song");
  EXPECT_EQ(second.get().body, "song");
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicWaitingTest, AHopelessSongWithAKeyIsStillThereForTheNextRequest) {
  start_with({.worker_patience = 0ms});
  const std::vector<HttpHeader> key{{"Idempotency-Key", "order-1"}};
  auto reply = std::async(std::launch::async, [&] { return music("", kOrder, key); });
  wait_for_waiting(1);
  on_loop([&] { backend_.worker_there = false; });
  EXPECT_EQ(reply.get().status, 503);
  EXPECT_EQ(seen([&] { return backend_.job_map.begin()->second.state; }), JobState::kQueued);
  on_loop([&] { backend_.worker_there = true; });
  finish_later(JobId{"job_of_order-1"});
  EXPECT_EQ(music("", kOrder, key).body, "song");
}

TEST_F(MusicWaitingTest, ATenantWaitsForSoManySongsAtATime) {
  start_with({.max_concurrent = 1});
  std::future<HttpReply> first = begin(kOrder);
  wait_for_submissions(1);
  const HttpReply second = music("", {{"prompt", "another"}});
  EXPECT_EQ(second.status, 429);
  EXPECT_EQ(detail_of(second)["code"], "concurrent_limit_exceeded");
  EXPECT_EQ(second.header("Retry-After"), "30");
  EXPECT_EQ(second.header("maximum-concurrent-requests"), "1");
  finish_later(last_job());
  EXPECT_EQ(first.get().status, 200);
  make_songs("song");
  EXPECT_EQ(music("", {{"prompt", "another"}}).status, 200);
}

TEST_F(MusicWaitingTest, AFullCoordinatorIsA429) {
  on_loop([&] { backend_.submit_error = Error{ErrorCode::kQuota, "too many queued jobs"}; });
  const HttpReply reply = music("", kOrder);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(detail_of(reply)["code"], "system_busy");
}

TEST_F(MusicWaitingTest, WhileTheIntakeIsPausedNothingIsOrdered) {
  ASSERT_EQ(request("POST", admin_url("/admin/v1/intake"), R"({"paused":true})",
                    {{"Content-Type", "application/json"}}, kAdminKey)
                .status,
            200);
  EXPECT_EQ(music("", kOrder).status, 503);
  EXPECT_EQ(jobs(), 0u);
}

}  // namespace
}  // namespace musicfleet::http
