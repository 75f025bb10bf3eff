#include "tests/support/fleet_bench.h"
#include "tests/support/fleet_samples.h"
#include "tests/support/tcp_relay.h"

#include <gmock/gmock.h>

namespace musicfleet::fleet {
namespace {

using ::testing::ElementsAre;
using testing::FleetBench;
using ::testing::HasSubstr;

class FleetServerTest : public FleetBench {};

TEST_F(FleetServerTest, EveryMessageReachesTheListenerUnderTheNameOfTheKey) {
  const auto worker = allowed("gpu-1");
  const auto messages = testing::every_message_to_coordinator();
  for (const auto& message : messages) worker->say(message);
  ASSERT_TRUE(until([&] { return heard_.messages.size() == messages.size(); }));
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_EQ(heard_.messages[i].first, WorkerId{"gpu-1"});
    EXPECT_EQ(heard_.messages[i].second.index(), messages[i].index());
  }
}

TEST_F(FleetServerTest, EveryMessageReachesTheWorkerItIsFor) {
  const auto first = allowed("gpu-1");
  const auto second = allowed("gpu-2");
  greet(*first, "gpu-1");
  greet(*second, "gpu-2");
  const auto messages = testing::every_message_to_worker();
  for (const auto& message : messages) ASSERT_TRUE(server_->send({"gpu-2"}, message));
  ASSERT_TRUE(server_->send({"gpu-1"}, to_worker::Drain{}));
  ASSERT_TRUE(until([&] { return second->received.size() == messages.size() && !first->received.empty(); }));
  for (std::size_t i = 0; i < messages.size(); ++i)
    EXPECT_EQ(second->received[i].index(), messages[i].index());
  EXPECT_EQ(first->received.size(), 1u);
}

TEST_F(FleetServerTest, AWorkerThatHasNotSaidHelloIsToldAgain) {
  const auto worker = allowed("gpu-1");
  worker->say(to_coordinator::Heartbeat{});
  ASSERT_TRUE(until([&] { return worker->count<to_worker::Again>() == 1; }));
  EXPECT_TRUE(heard_.messages.empty());
  greet(*worker, "gpu-1");
  worker->say(to_coordinator::Heartbeat{});
  EXPECT_TRUE(until([&] { return heard_.count<to_coordinator::Heartbeat>("gpu-1") == 1; }));
}

TEST_F(FleetServerTest, AfterARestartTheSameConnectionIsToldAgain) {
  const auto keys = zmq::generate_key_pair();
  server_->allow({"gpu-1"}, keys.public_key);
  const auto worker = client(keys);
  greet(*worker, "gpu-1");
  restart(server_->endpoint());
  server_->allow({"gpu-1"}, keys.public_key);
  worker->say(to_coordinator::Heartbeat{});
  ASSERT_TRUE(until([&] { return worker->count<to_worker::Again>() >= 1; }));
  greet(*worker, "gpu-1");
  EXPECT_TRUE(server_->send({"gpu-1"}, to_worker::Drain{}));
}

TEST_F(FleetServerTest, AfterGoodbyeTheWorkerIsNotConnected) {
  const auto worker = allowed("gpu-1");
  greet(*worker, "gpu-1");
  worker->say(to_coordinator::Goodbye{});
  ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Goodbye>("gpu-1") == 1; }));
  EXPECT_FALSE(server_->send({"gpu-1"}, to_worker::Drain{}));
}

TEST_F(FleetServerTest, ANewerConnectionOfAWorkerReplacesTheOlderOne) {
  const auto keys = zmq::generate_key_pair();
  server_->allow({"gpu-1"}, keys.public_key);
  const auto older = client(keys);
  greet(*older, "gpu-1");
  const auto newer = client(keys);
  greet(*newer, "gpu-1");
  ASSERT_TRUE(until([&] { return older->count<to_worker::Refused>() == 1; }));
  ASSERT_TRUE(server_->send({"gpu-1"}, to_worker::Drain{}));
  ASSERT_TRUE(until([&] { return newer->count<to_worker::Drain>() == 1; }));
  EXPECT_EQ(older->count<to_worker::Drain>(), 0);
  older->say(to_coordinator::Heartbeat{});
  ASSERT_TRUE(until([&] { return older->count<to_worker::Again>() == 1; }));
  EXPECT_EQ(heard_.count<to_coordinator::Heartbeat>("gpu-1"), 0);
}

TEST_F(FleetServerTest, VersionsAreNegotiatedDownToWhatBothSpeak) {
  const auto worker = allowed("gpu-1");
  auto newer = hello();
  newer.protocol_version = 9;
  newer.min_protocol_version = 1;
  worker->say(newer);
  ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Hello>("gpu-1") == 1; }));
  EXPECT_EQ(std::get<to_coordinator::Hello>(heard_.messages[0].second).protocol_version,
            wire::protocol_version());
}

TEST_F(FleetServerTest, AWorkerOfProtocolOneIsSentNothingThatItDoesNotKnow) {
  const auto worker = allowed("old");
  auto older = hello();
  older.protocol_version = 1;
  worker->say(older);
  ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Hello>("old") == 1; }));
  const Lease lease{{"job_1"}, 1};
  EXPECT_EQ(server_->send({"old"}, to_worker::Recall{lease}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(server_->send({"old"}, to_worker::Resume{}).error().code, ErrorCode::kInvalidArgument);
  // It is as connected as before.
  EXPECT_TRUE(server_->send({"old"}, to_worker::Cancel{lease}));
  ASSERT_TRUE(until([&] { return !worker->received.empty(); }));
  EXPECT_TRUE(std::holds_alternative<to_worker::Cancel>(worker->received[0]));
  EXPECT_TRUE(heard_.gone.empty());
}

TEST_F(FleetServerTest, AWorkerWithoutACommonVersionIsRefusedWithTheReason) {
  const auto worker = allowed("gpu-1");
  auto newer = hello();
  newer.protocol_version = 9;
  newer.min_protocol_version = 8;
  worker->say(newer);
  ASSERT_TRUE(until([&] { return worker->count<to_worker::Refused>() == 1; }));
  EXPECT_THAT(std::get<to_worker::Refused>(worker->received[0]).reason, HasSubstr("the worker 8 to 9"));
  EXPECT_TRUE(heard_.messages.empty());
  EXPECT_FALSE(server_->send({"gpu-1"}, to_worker::Drain{}));
}

TEST_F(FleetServerTest, AWorkerWhoseConnectionIsDeadIsReportedGone) {
  auto worker = allowed("gpu-1");
  greet(*worker, "gpu-1");
  worker.reset();
  // The ROUTER learns of the closed connection in its own time; the first refused message tells.
  bool refused = false;
  ASSERT_TRUE(until([&] {
    boost::asio::post(loop_, [] {});
    refused = refused || !server_->send({"gpu-1"}, to_worker::Drain{});
    return refused && !heard_.gone.empty();
  }));
  EXPECT_THAT(heard_.gone, ElementsAre(WorkerId{"gpu-1"}));
}

TEST_F(FleetServerTest, AWorkerThatDoesNotReadIsGivenUpAndNotWaitedFor) {
  // Its own loop is never run, so its socket's queue fills, then the connection, then the ROUTER's queue.
  boost::asio::io_context asleep;
  const auto keys = zmq::generate_key_pair();
  server_->allow({"sleeper"}, keys.public_key);
  testing::FleetClient sleeper(asleep, {server_->endpoint(), server_keys_.public_key, keys});
  greet(sleeper, "sleeper");
  to_worker::Assign heavy{{{"job_1"}, 1}, {}};
  heavy.spec.prompt = "x";
  heavy.spec.lyrics = std::string(JobLimits::kMaxLyricsCharacters, 'x');
  int sent = 0;
  while (sent < 100'000 && server_->send({"sleeper"}, heavy)) ++sent;
  EXPECT_LT(sent, 100'000);
  EXPECT_TRUE(until([&] { return heard_.gone.size() == 1; }));
  EXPECT_THAT(heard_.gone_why, ElementsAre(Gone::kDoesNotRead));
}

TEST_F(FleetServerTest, APeerThatReadsNothingCostsItsShareOfMemoryAndNoMore) {
  const auto honest = allowed("honest");
  greet(*honest, "honest");
  testing::TcpRelay relay(loop_, server_->endpoint());
  const auto keys = zmq::generate_key_pair();
  server_->allow({"wall"}, keys.public_key);
  testing::FleetClient wall(loop_, {relay.endpoint(), server_keys_.public_key, keys});
  greet(wall, "wall");
  // From here on the relay reads nothing: the loop does not run while messages are sent.
  to_worker::Refused heavy{std::string(wire::WireLimits::kTextBytes, 'x')};
  const std::size_t size = wire::encode(to_worker::Message(heavy)).size();
  std::size_t sent = 0;
  while (sent < 100'000 && server_->send({"wall"}, heavy)) ++sent;
  // 256 messages in the ROUTER's queue; the rest are in the kernel's buffers of the two connections.
  EXPECT_LT(sent * size, 256 * size + (std::size_t{16} << 20));
  EXPECT_TRUE(server_->send({"honest"}, to_worker::Drain{}));
  ASSERT_TRUE(until([&] { return !heard_.gone.empty() && honest->count<to_worker::Drain>() == 1; }));
  EXPECT_THAT(heard_.gone, ElementsAre(WorkerId{"wall"}));
  EXPECT_THAT(heard_.gone_why, ElementsAre(Gone::kDoesNotRead));
}

TEST_F(FleetServerTest, GoneIsToldBeforeTheNextHelloOfTheSameWorker) {
  const auto worker = allowed("gpu-1");
  greet(*worker, "gpu-1");
  worker->say_bytes(zmq::Bytes(8));
  worker->say(hello());
  ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Hello>("gpu-1") == 2; }));
  EXPECT_THAT(heard_.order, ElementsAre("hello", "gone", "hello"));
}

}  // namespace
}  // namespace musicfleet::fleet
