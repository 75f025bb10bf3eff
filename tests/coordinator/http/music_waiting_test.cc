// Requests that wait for their song: joining, giving up, being refused.
#include "tests/coordinator/http/music_fixture.h"

#include <future>

namespace musicfleet::http {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const json kOrder{{"prompt", "calm folk"}, {"music_length_ms", 3000}};

std::string raw_order() {
  const std::string body = kOrder.dump();
  return concat("POST /v1/music HTTP/1.1\r\nHost: x\r\nxi-api-key: ", kGoodKey,
                "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
}

class MusicWaitingTest : public MusicFixture {
 protected:
  std::future<HttpReply> begin(const json& order) {
    return std::async(std::launch::async, [this, order] { return music("", order); });
  }
  void wait_for_submissions(std::size_t count) {
    while (seen([&] { return backend_.submissions.size(); }) < count) std::this_thread::yield();
  }
  // For the news of a job.
  void wait_for_waiting(std::size_t count) {
    while (seen([&] { return backend_.waiting(); }) < count) std::this_thread::yield();
  }
  JobId last_job() {
    return seen([&] { return JobId{"job_of_" + *backend_.submissions.back().idempotency_key}; });
  }
  // From now on; the next orders stay queued.
  void finish_later(const JobId& id) {
    on_loop([&] { backend_.update(id, [&](Job& job) { finish(job, "song"); }); });
  }
  std::size_t jobs() {
    return seen([&] { return backend_.job_map.size(); });
  }
  // Orders a song, whose client goes: its cancellation is being recorded until record_it().
  JobId abandon_song() {
    start_with({.cancel_abandoned = true});
    on_loop([&] { backend_.commit = &commit_; });
    {
      RawConnection client(port());
      client.send(raw_order());
      wait_for_waiting(1);
    }
    const JobId job = last_job();
    while (seen([&] { return backend_.cancels; }) == 0) on_loop([&] { backend_.update(job, [](Job&) {}); });
    return job;
  }
  // Until the client that has gone is done with.
  void record_it() {
    on_loop([&] {
      commit_.cancel();
      backend_.commit = nullptr;
    });
    records(1);
  }
  // Orders a song, which is made after its client was told to come back.
  JobId make_late_song() {
    start_with({.patience = 1ms});
    EXPECT_EQ(music("", kOrder).status, 504);
    const JobId job = last_job();
    finish_later(job);
    return job;
  }

  boost::asio::steady_timer commit_{loop_, boost::asio::steady_timer::time_point::max()};
};

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

TEST_F(MusicWaitingTest, AFailedSongIsAnErrorAndTheNextRequestANewOrder) {
  on_loop([&] {
    backend_.on_submit = [](Job& job) {
      job.state = JobState::kFailed;
      job.error = Error{ErrorCode::kInternal, "the GPU is on fire"};
    };
  });
  const HttpReply failed = music("", kOrder);
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body.find("fire"), std::string::npos);
  make_songs("song");
  EXPECT_EQ(music("", kOrder).status, 200);
}

TEST_F(MusicWaitingTest, ASongThatMayBePaidForIsNotOrderedAgainByTheSameRequest) {
  on_loop([&] {
    backend_.on_submit = [&](Job& job) {
      job.state = JobState::kFailed;
      job.error = Error{ErrorCode::kUnavailable, "nobody knows whether it was bought"};
      backend_.may_be_paid.insert(job.id.value);
    };
  });
  EXPECT_EQ(music("", kOrder).status, 503);
  EXPECT_EQ(music("", kOrder).status, 503) << "as the JavaScript SDK asks";
  EXPECT_EQ(jobs(), 1u);
  on_loop([&] { backend_.may_be_paid.clear(); });  // an operator has found out
  EXPECT_EQ(music("", kOrder).status, 503);
  EXPECT_EQ(music("", kOrder).status, 503);
  EXPECT_EQ(jobs(), 2u) << "the order is closed with the answer after it was settled";
}

TEST_F(MusicWaitingTest, AHopelessSongThatMayBePaidForIsNotOrderedAgainEither) {
  start_with({.worker_patience = 0ms});
  std::future<HttpReply> reply = begin(kOrder);
  wait_for_submissions(1);
  const JobId job = last_job();
  on_loop([&] {
    backend_.may_be_paid.insert(job.value);
    backend_.worker_there = false;
  });
  EXPECT_EQ(reply.get().status, 503);
  on_loop([&] { backend_.worker_there = true; });
  EXPECT_EQ(music("", kOrder).status, 503);
  EXPECT_EQ(jobs(), 1u);
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

TEST_F(MusicWaitingTest, AClientThatHangsUpLosesNothing) {
  {
    RawConnection client(port());
    client.send(raw_order());
    wait_for_submissions(1);
  }
  records(1);
  EXPECT_FALSE(seen([&] { return backend_.job_map.begin()->second.cancel_requested; }));
  finish_later(last_job());
  EXPECT_EQ(music("", kOrder).body, "song");
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicWaitingTest, WhereThePolicySaysSoAnAbandonedSongIsCancelled) {
  start_with({.cancel_abandoned = true});
  {
    RawConnection client(port());
    client.send(raw_order());
    wait_for_submissions(1);
  }
  records(1);
  EXPECT_EQ(seen([&] { return backend_.job_map.begin()->second.state; }), JobState::kCancelled);
}

TEST_F(MusicWaitingTest, ARequestThatComesWhileItsSongIsBeingCancelledIsANewOrder) {
  abandon_song();
  std::future<HttpReply> second = begin(kOrder);
  wait_for_waiting(1);
  record_it();
  finish_later(last_job());
  EXPECT_EQ(second.get().body, "song");
  EXPECT_EQ(jobs(), 2u);
}

TEST_F(MusicWaitingTest, ASongThatIsBeingCancelledAndMayBePaidForIsNotOrderedAgain) {
  backend_.on_submit = [&](Job& job) { backend_.may_be_paid.insert(job.id.value); };
  abandon_song();
  std::future<HttpReply> second = begin(kOrder);
  wait_for_waiting(1);
  record_it();
  EXPECT_EQ(second.get().status, 503);
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicWaitingTest, ASongThatIsMadeBeforeItIsCancelledIsStillThereForTheNextRequest) {
  finish_later(abandon_song());
  record_it();
  make_songs("another");
  EXPECT_EQ(music("", kOrder).body, "song");
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicWaitingTest, AJobThatWasRemovedBeforeItsSongWasDeliveredIsOrderedAnew) {
  const JobId removed = make_late_song();
  on_loop([&] { backend_.job_map.erase(removed.value); });
  make_songs("another");
  EXPECT_EQ(music("", kOrder).body, "another");
  EXPECT_EQ(seen([&] { return backend_.submissions.size(); }), 2u);
}

TEST_F(MusicWaitingTest, AJobThatWasRemovedAndMayBePaidForIsNot) {
  const JobId removed = make_late_song();
  on_loop([&] {
    backend_.may_be_paid.insert(removed.value);
    backend_.job_map.erase(removed.value);
  });
  for (int i = 0; i < 2; ++i) EXPECT_EQ(music("", kOrder).status, 404);
  EXPECT_EQ(seen([&] { return backend_.submissions.size(); }), 1u);
}

TEST_F(MusicWaitingTest, ASongThatWasRemovedBeforeItWasDeliveredIsOrderedAnewWithoutAKeyOfTheClients) {
  const JobId removed = make_late_song();
  const auto remove = [](Job& job) { job.audio->removed_at = WallTime{}; };
  on_loop([&] { backend_.update(removed, remove); });
  make_songs("another");
  EXPECT_EQ(music("", kOrder).body, "another");
  const std::vector<HttpHeader> key{{"Idempotency-Key", "order-1"}};
  EXPECT_EQ(music("", kOrder, key).status, 200);
  on_loop([&] { backend_.update(JobId{"job_of_order-1"}, remove); });
  EXPECT_EQ(music("", kOrder, key).status, 404);
  EXPECT_EQ(jobs(), 3u);
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
