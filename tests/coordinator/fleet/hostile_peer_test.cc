// Peers that misbehave: one of them is dropped, the others notice nothing.
#include "tests/support/fleet_bench.h"
#include "tests/support/raw_message.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <random>

namespace musicfleet::fleet {
namespace {

using ::testing::ElementsAre;
using testing::FleetBench;
using ::testing::HasSubstr;

class HostilePeerTest : public FleetBench {
 protected:
  void SetUp() override {
    honest_ = allowed("honest");
    greet(*honest_, "honest");
  }
  // The other worker's session still stands, both ways.
  void expect_honest_unharmed() {
    const int before = heard_.count<to_coordinator::Heartbeat>("honest");
    honest_->say(to_coordinator::Heartbeat{});
    EXPECT_TRUE(until([&] { return heard_.count<to_coordinator::Heartbeat>("honest") == before + 1; }));
    const int drains = honest_->count<to_worker::Drain>();
    EXPECT_TRUE(server_->send({"honest"}, to_worker::Drain{}));
    EXPECT_TRUE(until([&] { return honest_->count<to_worker::Drain>() == drains + 1; }));
    EXPECT_EQ(honest_->count<to_worker::Again>(), 0);
  }

  std::unique_ptr<testing::FleetClient> honest_;
};

TEST_F(HostilePeerTest, AnUndecodableMessageEndsTheSessionOfItsSenderOnly) {
  const auto broken = allowed("broken");
  greet(*broken, "broken");
  broken->say_bytes(zmq::Bytes(64, std::byte{0xab}));
  ASSERT_TRUE(until([&] { return !heard_.gone.empty(); }));
  EXPECT_THAT(heard_.gone, ElementsAre(WorkerId{"broken"}));
  EXPECT_THAT(log_.str(), HasSubstr("worker=broken"));
  EXPECT_FALSE(server_->send({"broken"}, to_worker::Drain{}));
  broken->say(to_coordinator::Heartbeat{});
  EXPECT_TRUE(until([&] { return broken->count<to_worker::Again>() == 1; }));
  expect_honest_unharmed();
}

TEST_F(HostilePeerTest, SmallMessagesThatClaimToBeLargeEndTheSessionOfTheirSenderOnly) {
  const auto liar = allowed("liar");
  int sessions = 0;
  for (const auto& bytes :
       {testing::list_of_nothing((1u << 29) - 1), testing::one_text_many_times(64, 900'000)}) {
    greet(*liar, "liar");
    liar->say_bytes(bytes);
    ++sessions;
    ASSERT_TRUE(until([&] { return heard_.gone == std::vector<WorkerId>(sessions, WorkerId{"liar"}); }));
  }
  EXPECT_EQ(heard_.count<to_coordinator::Heartbeat>("liar"), 0);
  EXPECT_EQ(heard_.count<to_coordinator::SongReady>("liar"), 0);
  expect_honest_unharmed();
}

TEST_F(HostilePeerTest, AMessageOfSeveralFramesEndsTheSessionOfItsSenderOnly) {
  const auto broken = allowed("broken");
  greet(*broken, "broken");
  broken->say_frames(std::vector<zmq::Bytes>(100, wire::encode(to_coordinator::Message(hello()))));
  ASSERT_TRUE(until([&] { return !heard_.gone.empty(); }));
  EXPECT_THAT(heard_.gone, ElementsAre(WorkerId{"broken"}));
  EXPECT_EQ(heard_.count<to_coordinator::Hello>("broken"), 1);
  expect_honest_unharmed();
}

TEST_F(HostilePeerTest, AnOversizeFrameEndsTheConnectionAndIsNeverHeard) {
  const auto broken = allowed("broken");
  ASSERT_TRUE(broken->handshake_succeeded());
  greet(*broken, "broken");
  broken->say_bytes(zmq::Bytes(2 * wire::kMaxMessageBytes));
  broken->wait_until_disconnected();
  expect_honest_unharmed();
  EXPECT_EQ(heard_.count<to_coordinator::Hello>("broken"), 1);
}

TEST_F(HostilePeerTest, AWorkerMayNotSpeakUnderAnothersRoutingIdOrName) {
  const auto squatter = allowed("squatter", "honest");
  greet(*squatter, "squatter");
  squatter->say(to_coordinator::Failed{{{"job_1"}, 1}, {ErrorCode::kInternal, "not mine"}});
  ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Failed>("squatter") == 1; }));
  EXPECT_EQ(heard_.count<to_coordinator::Failed>("honest"), 0);
  ASSERT_TRUE(server_->send({"squatter"}, to_worker::Again{}));
  ASSERT_TRUE(until([&] { return squatter->count<to_worker::Again>() == 1; }));
  expect_honest_unharmed();
}

TEST_F(HostilePeerTest, TwoWorkersWithTheSameRoutingIdDoNotHearEachOther) {
  const auto first = allowed("first", "same");
  greet(*first, "first");
  const auto second = allowed("second", "same");
  second->say(hello());
  ASSERT_TRUE(server_->send({"first"}, to_worker::Drain{}));
  ASSERT_TRUE(until([&] { return first->count<to_worker::Drain>() == 1; }));
  EXPECT_FALSE(server_->send({"second"}, to_worker::Drain{}));
  EXPECT_TRUE(second->received.empty());
  expect_honest_unharmed();
}

TEST_F(HostilePeerTest, GarbageOnTheTcpPortIsHungUpOn) {
  namespace asio = boost::asio;
  std::mt19937 random(3);
  const std::string port = server_->endpoint().substr(server_->endpoint().rfind(':') + 1);
  const asio::ip::tcp::endpoint there(asio::ip::make_address("127.0.0.1"),
                                      static_cast<std::uint16_t>(std::stoi(port)));
  for (const std::string& opening :
       {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string(200, '\xff'),
        std::string("\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL", 16), std::string()}) {
    asio::io_context own;
    asio::ip::tcp::socket socket(own);
    socket.connect(there);
    std::string noise = opening;
    for (int i = 0; i < 4'000; ++i) noise.push_back(static_cast<char>(random()));
    boost::system::error_code error;
    asio::write(socket, asio::buffer(noise), error);
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::string answer(4'096, '\0');
    error = {};
    while (!error) socket.read_some(asio::buffer(answer), error);
    EXPECT_TRUE(error);
  }
  expect_honest_unharmed();
}

}  // namespace
}  // namespace musicfleet::fleet
