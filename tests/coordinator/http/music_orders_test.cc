// What becomes of an order whose song fails, is abandoned, removed or perhaps paid for.
#include "tests/coordinator/http/music_waiting.h"

namespace musicfleet::http {
namespace {

using namespace std::chrono_literals;

using MusicOrdersTest = MusicWaiting;

TEST_F(MusicOrdersTest, AFailedSongIsAnErrorAndTheNextRequestANewOrder) {
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

TEST_F(MusicOrdersTest, ASongThatMayBePaidForIsNotOrderedAgainByTheSameRequest) {
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

TEST_F(MusicOrdersTest, AHopelessSongThatMayBePaidForIsNotOrderedAgainEither) {
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

TEST_F(MusicOrdersTest, ASongThatIsBeingBoughtHasAWay) {
  start_with({.worker_patience = 0ms});
  std::future<HttpReply> reply = begin(kOrder);
  wait_for_waiting(1);
  const JobId job = last_job();
  on_loop([&] {
    backend_.being_bought.insert(job.value);
    backend_.worker_there = false;
    backend_.update(job, [](Job&) {});  // which its request hears of before its end
  });
  finish_later(job);
  EXPECT_EQ(reply.get().body, "song");
}

TEST_F(MusicOrdersTest, WhateverAFailedSongsErrorIsCalledNobodyWhoWaitedForItOrdersAnother) {
  port();
  std::future<HttpReply> first = begin(kOrder);
  wait_for_waiting(1);
  std::future<HttpReply> second = begin(kOrder);
  wait_for_waiting(2);
  const auto fail_it = [](Job& job) {
    job.state = JobState::kFailed;
    job.error = Error{ErrorCode::kNotFound, "a worker's checkpoint is not there"};
  };
  const JobId job = last_job();
  on_loop([&] {
    backend_.on_submit = fail_it;
    backend_.update(job, fail_it);
  });
  EXPECT_EQ(first.get().status, second.get().status);
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicOrdersTest, AClientThatHangsUpLosesNothing) {
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

TEST_F(MusicOrdersTest, WhereThePolicySaysSoAnAbandonedSongIsCancelled) {
  start_with({.cancel_abandoned = true});
  {
    RawConnection client(port());
    client.send(raw_order());
    wait_for_submissions(1);
  }
  records(1);
  EXPECT_EQ(seen([&] { return backend_.job_map.begin()->second.state; }), JobState::kCancelled);
}

TEST_F(MusicOrdersTest, AnAbandonedSongThatIsBeingBoughtIsThereForTheNextRequest) {
  start_with({.cancel_abandoned = true});
  on_loop([&] { backend_.on_submit = [&](Job& job) { backend_.being_bought.insert(job.id.value); }; });
  {
    RawConnection client(port());
    client.send(raw_order());
    wait_for_submissions(1);
  }
  records(1);
  EXPECT_FALSE(seen([&] { return backend_.job_map.begin()->second.cancel_requested; }));
  finish_later(last_job());
  make_songs("another");
  EXPECT_EQ(music("", kOrder).body, "song");
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicOrdersTest, ARequestThatComesWhileItsSongIsBeingCancelledIsANewOrder) {
  abandon_song();
  std::future<HttpReply> second = begin(kOrder);
  wait_for_waiting(1);
  record_it();
  finish_later(last_job());
  EXPECT_EQ(second.get().body, "song");
  EXPECT_EQ(jobs(), 2u);
}

TEST_F(MusicOrdersTest, ASongThatIsBeingCancelledAndMayBePaidForIsNotOrderedAgain) {
  backend_.on_submit = [&](Job& job) { backend_.may_be_paid.insert(job.id.value); };
  abandon_song();
  std::future<HttpReply> second = begin(kOrder);
  wait_for_waiting(1);
  record_it();
  EXPECT_EQ(second.get().status, 503);
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicOrdersTest, ASongThatIsMadeBeforeItIsCancelledIsStillThereForTheNextRequest) {
  finish_later(abandon_song());
  record_it();
  make_songs("another");
  EXPECT_EQ(music("", kOrder).body, "song");
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicOrdersTest, AJobThatWasRemovedBeforeItsSongWasDeliveredIsOrderedAnew) {
  const JobId removed = make_late_song();
  on_loop([&] { backend_.job_map.erase(removed.value); });
  make_songs("another");
  EXPECT_EQ(music("", kOrder).body, "another");
  EXPECT_EQ(seen([&] { return backend_.submissions.size(); }), 2u);
}

TEST_F(MusicOrdersTest, AJobThatWasRemovedAndMayBePaidForIsNot) {
  const JobId removed = make_late_song();
  on_loop([&] {
    backend_.may_be_paid.insert(removed.value);
    backend_.job_map.erase(removed.value);
  });
  for (int i = 0; i < 2; ++i) EXPECT_EQ(music("", kOrder).status, 404);
  EXPECT_EQ(seen([&] { return backend_.submissions.size(); }), 1u);
}

TEST_F(MusicOrdersTest, ASongThatWasRemovedAndMayBePaidForIsNotOrderedAnewEither) {
  const JobId removed = make_late_song();
  on_loop([&] {
    backend_.may_be_paid.insert(removed.value);
    backend_.update(removed, [](Job& job) { job.audio->removed_at = WallTime{}; });
  });
  make_songs("another");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(music("", kOrder).status, 404);
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicOrdersTest, ASongThatCannotBeLookedUpAtTheMomentIsNotOrderedAgain) {
  make_late_song();
  on_loop([&] { backend_.audio_error = Error{ErrorCode::kUnavailable, "too much waits for the store"}; });
  EXPECT_EQ(music("", kOrder).status, 503);
  on_loop([&] { backend_.audio_error.reset(); });
  make_songs("another");
  EXPECT_EQ(music("", kOrder).body, "song") << "as the JavaScript SDK asks";
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(MusicOrdersTest, ASongThatWasRemovedBeforeItWasDeliveredIsOrderedAnewWithoutAKeyOfTheClients) {
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

}  // namespace
}  // namespace musicfleet::http
