#include "coordinator/backend/upload_tickets.h"

#include "tests/support/fake_clock.h"

#include <gtest/gtest.h>

namespace musicfleet::backend {
namespace {

class UploadTicketsTest : public ::testing::Test {
 protected:
  std::string issue(Epoch epoch = 1) {
    to_coordinator::SongReady song;
    song.lease = {JobId{"job_1"}, epoch};
    return tickets.issue(WorkerId{"w"}, song, AudioContainer::kMp3);
  }
  musicfleet::testing::FakeClock clock;
  UploadTickets tickets{clock};
};

TEST_F(UploadTicketsTest, TokensAreLongAndNeverTheSame) {
  const std::string a = issue(1), b = issue(2);
  EXPECT_EQ(a.size(), 43u);
  EXPECT_NE(a, b);
  EXPECT_EQ(tickets.find(a)->song.lease.epoch, 1u);
  EXPECT_EQ(tickets.find(b)->container, AudioContainer::kMp3);
}

TEST_F(UploadTicketsTest, ExpireUnlessAnUploadIsUnderWay) {
  const std::string idle = issue(1), busy = issue(2);
  tickets.find(busy)->in_use = true;
  clock.advance(UploadTickets::kLifetime - std::chrono::milliseconds(1));
  EXPECT_NE(tickets.find(idle), nullptr);
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(tickets.find(idle), nullptr);
  EXPECT_NE(tickets.find(busy), nullptr);
  tickets.find(busy)->in_use = false;
  EXPECT_EQ(tickets.find(busy), nullptr);
}

TEST_F(UploadTicketsTest, ALeaseHasOneTicketThatCounts) {
  const std::string first = issue(), second = issue();
  EXPECT_EQ(tickets.find(first), nullptr);
  tickets.find(second)->in_use = true;
  const std::string third = issue();
  EXPECT_EQ(tickets.find(second), nullptr) << "though an upload with it is under way";
  EXPECT_NE(tickets.find(third), nullptr);
}

TEST_F(UploadTicketsTest, NoTwoTicketsHaveTheSameNumber) {
  const std::string first = issue(1);
  const std::uint64_t number = tickets.find(first)->number;
  EXPECT_NE(tickets.find(issue(1))->number, number);
  EXPECT_NE(tickets.find(issue(2))->number, number);
}

TEST_F(UploadTicketsTest, ARemovedTicketIsUnknown) {
  const std::string token = issue();
  tickets.remove(token);
  EXPECT_EQ(tickets.find(token), nullptr);
}

}  // namespace
}  // namespace musicfleet::backend
