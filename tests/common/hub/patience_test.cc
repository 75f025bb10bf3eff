#include "common/hub/patience.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const Error kBroken{ErrorCode::kUnavailable, "it broke"};

class PatienceTest : public ::testing::Test {
 protected:
  std::vector<milliseconds> pauses_;
  bool may_wait_ = true;
  PatienceOptions options_{.backoff = {.first = milliseconds(100), .longest = milliseconds(400)},
                           .most_failures = 4,
                           .longest_asked = std::chrono::seconds(60),
                           .pause = [this](milliseconds time, const std::stop_token&) {
                             pauses_.push_back(time);
                             return may_wait_;
                           }};
  Patience patience_{options_, 7};
  std::stop_source stop_;
};

TEST_F(PatienceTest, EachFailureInARowWaitsLongerUntilItEnds) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(patience_.after(kBroken, {}, stop_.get_token()));
  const Result<> last = patience_.after(kBroken, {}, stop_.get_token());
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(last.error().message, HasSubstr("given up after 5 tries"));
  ASSERT_EQ(pauses_.size(), 4u);
  for (std::size_t i = 0; i < pauses_.size(); ++i) {
    const milliseconds most = std::min(milliseconds(100) * (1 << i), milliseconds(400));
    EXPECT_LE(pauses_[i], most);
    EXPECT_GE(pauses_[i], most / 2);
  }
}

TEST_F(PatienceTest, AStepForwardStartsAnew) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(patience_.after(kBroken, {}, stop_.get_token()));
    patience_.moved_forward();
  }
  EXPECT_LE(pauses_.back(), milliseconds(100));
}

TEST_F(PatienceTest, TheServersWishCountsUpToALimit) {
  EXPECT_TRUE(patience_.after(kBroken, std::chrono::seconds(20), stop_.get_token()));
  EXPECT_EQ(pauses_.back(), milliseconds(20'000));
  const Result<> too_long = patience_.after(kBroken, std::chrono::seconds(61), stop_.get_token());
  ASSERT_FALSE(too_long);
  EXPECT_THAT(too_long.error().message, HasSubstr("61 s"));
}

TEST_F(PatienceTest, WhatDoesNotPassIsNotTriedAgain) {
  for (const ErrorCode code :
       {ErrorCode::kCorrupt, ErrorCode::kNotFound, ErrorCode::kForbidden, ErrorCode::kCancelled})
    EXPECT_EQ(patience_.after(Error{code, "no"}, {}, stop_.get_token()).error().code, code);
  EXPECT_TRUE(pauses_.empty());
}

TEST_F(PatienceTest, AStopEndsTheWait) {
  may_wait_ = false;
  EXPECT_EQ(patience_.after(kBroken, {}, stop_.get_token()).error().code, ErrorCode::kCancelled);
  stop_.request_stop();
  EXPECT_FALSE(pause_on_this_thread(std::chrono::hours(1), stop_.get_token()));
}

}  // namespace
}  // namespace musicfleet
