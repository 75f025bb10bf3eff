// Several doors with server keys of their own: how workers move to a new server key.
#include "tests/support/fleet_bench.h"

#include <gmock/gmock.h>

namespace musicfleet::fleet {
namespace {

using ::testing::ElementsAre;
using testing::FleetBench;
using testing::FleetClient;

class DoorTest : public FleetBench {
 protected:
  void SetUp() override { ASSERT_TRUE(server_->open_door({"tcp://127.0.0.1:0", new_keys_})); }

  std::unique_ptr<FleetClient> at_new_door(const zmq::CurveKeyPair& keys) {
    return std::make_unique<FleetClient>(
        loop_, testing::FleetClientOptions{server_->doors().at(1)->endpoint, new_keys_.public_key, keys});
  }

  const zmq::CurveKeyPair new_keys_ = zmq::generate_key_pair();
  const zmq::CurveKeyPair worker_keys_ = zmq::generate_key_pair();
};

TEST_F(DoorTest, EachDoorHasItsOwnServerKeyAndTheSameListOfWorkers) {
  server_->allow({"gpu-1"}, worker_keys_.public_key);
  EXPECT_TRUE(client(worker_keys_)->handshake_succeeded());
  EXPECT_TRUE(at_new_door(worker_keys_)->handshake_succeeded());
  EXPECT_FALSE(at_new_door(zmq::generate_key_pair())->handshake_succeeded());
  // The old server key does not open the new door.
  FleetClient confused(loop_, {server_->doors().at(1)->endpoint, server_keys_.public_key, worker_keys_});
  EXPECT_FALSE(confused.handshake_succeeded());
}

TEST_F(DoorTest, AWorkerIsReachedThroughTheDoorOfItsLastHello) {
  server_->allow({"gpu-1"}, worker_keys_.public_key);
  const auto before = client(worker_keys_);
  greet(*before, "gpu-1");
  const auto after = at_new_door(worker_keys_);
  greet(*after, "gpu-1");
  ASSERT_TRUE(server_->send({"gpu-1"}, to_worker::Drain{}));
  ASSERT_TRUE(until([&] { return after->count<to_worker::Drain>() == 1; }));
  ASSERT_TRUE(until([&] { return before->count<to_worker::Refused>() == 1; }));
  EXPECT_EQ(before->count<to_worker::Drain>(), 0);
  // What the old connection still says is not the worker's word any more.
  before->say(to_coordinator::Heartbeat{});
  ASSERT_TRUE(until([&] { return before->count<to_worker::Again>() == 1; }));
  EXPECT_EQ(heard_.count<to_coordinator::Heartbeat>("gpu-1"), 0);
  EXPECT_TRUE(heard_.gone.empty());
}

TEST_F(DoorTest, TheSameRoutingIdAtTwoDoorsIsTwoConnections) {
  const auto other_keys = zmq::generate_key_pair();
  server_->allow({"gpu-1"}, worker_keys_.public_key);
  server_->allow({"gpu-2"}, other_keys.public_key);
  const auto first = client(worker_keys_, "same");
  greet(*first, "gpu-1");
  FleetClient second(loop_, {server_->doors().at(1)->endpoint, new_keys_.public_key, other_keys, "same"});
  greet(second, "gpu-2");
  ASSERT_TRUE(server_->send({"gpu-2"}, to_worker::Drain{}));
  ASSERT_TRUE(until([&] { return second.count<to_worker::Drain>() == 1; }));
  EXPECT_TRUE(first->received.empty());
}

TEST_F(DoorTest, AClosedDoorsWorkersAreGoneAndTheOthersStay) {
  const auto staying = allowed("staying");
  greet(*staying, "staying");
  server_->allow({"moving"}, worker_keys_.public_key);
  const auto moving = at_new_door(worker_keys_);
  greet(*moving, "moving");
  EXPECT_TRUE(server_->close_door(new_keys_.public_key));
  ASSERT_TRUE(until([&] { return !heard_.gone.empty(); }));
  EXPECT_THAT(heard_.gone, ElementsAre(WorkerId{"moving"}));
  EXPECT_THAT(heard_.gone_why, ElementsAre(Gone::kDoorClosed));
  EXPECT_FALSE(server_->send({"moving"}, to_worker::Drain{}));
  EXPECT_TRUE(server_->send({"staying"}, to_worker::Drain{}));
  ASSERT_TRUE(until([&] { return staying->count<to_worker::Drain>() == 1; }));
  const auto again = client(worker_keys_);
  greet(*again, "moving");
}

TEST_F(DoorTest, TheLastDoorAndUnknownOnesCannotBeClosed) {
  EXPECT_FALSE(server_->close_door(zmq::generate_key_pair().public_key));
  EXPECT_TRUE(server_->close_door(server_keys_.public_key));
  EXPECT_FALSE(server_->close_door(new_keys_.public_key));
  EXPECT_EQ(server_->public_key(), new_keys_.public_key);
}

}  // namespace
}  // namespace musicfleet::fleet
