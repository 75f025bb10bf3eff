#include "coordinator/backend/job_board.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace musicfleet::backend {
namespace {

Job job(const std::string& id, JobState state) {
  Job made;
  made.id = JobId{id};
  made.state = state;
  return made;
}

TEST(JobBoard, CountsWhatIsNotOver) {
  boost::asio::io_context loop;
  JobBoard board(loop);
  board.put(job("a", JobState::kQueued));
  board.put(job("b", JobState::kQueued));
  board.put(job("b", JobState::kLeased));
  EXPECT_EQ(board.queued(), 1u);
  EXPECT_EQ(board.leased(), 1u);
  board.put(job("a", JobState::kCancelled));
  board.put(job("b", JobState::kSucceeded));
  EXPECT_EQ(board.queued() + board.leased(), 0u);
}

TEST(JobBoard, ForgetsEndedJobsAfterAWhileAndLiveOnesNever) {
  boost::asio::io_context loop;
  JobBoard board(loop);
  board.put(job("live", JobState::kQueued));
  board.put(job("first", JobState::kFailed));
  for (std::size_t i = 1; i < JobBoard::kEndedKept; ++i) board.put(job(concat("job", i), JobState::kFailed));
  EXPECT_NE(board.find(JobId{"first"}), nullptr);
  board.put(job("one more", JobState::kFailed));
  EXPECT_EQ(board.find(JobId{"first"}), nullptr);
  EXPECT_NE(board.find(JobId{"live"}), nullptr);
}

TEST(JobBoard, WakesEveryoneWhoWaitsForThatJobAndNobodyElse) {
  boost::asio::io_context loop;
  JobBoard board(loop);
  board.put(job("a", JobState::kQueued));
  int woken = 0, others = 0;
  const auto wait = [&](const std::string& id, int& count) {
    boost::asio::co_spawn(loop, board.next_change(JobId{id}, std::chrono::hours(1)),
                          [&count](std::exception_ptr) { ++count; });
  };
  wait("a", woken);
  wait("a", woken);
  wait("b", others);
  loop.poll();
  EXPECT_EQ(woken, 0);
  board.put(job("a", JobState::kLeased));
  loop.restart();
  loop.poll();
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(others, 0);
}

}  // namespace
}  // namespace musicfleet::backend
