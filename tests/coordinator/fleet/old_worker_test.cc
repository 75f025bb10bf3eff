// A worker of version 1 and this coordinator: a whole song over a real connection, spoken by the frozen
// schema.
#include "tests/support/fleet_bench.h"
#include "tests/support/fleet_samples.h"
#include "tests/support/old_protocol.h"

#include <gmock/gmock.h>

namespace musicfleet::fleet {
namespace {

namespace v1 = ::musicfleet::schema_v1;
using testing::FleetBench;
using ::testing::HasSubstr;
using testing::ReadByV1;
using testing::written_by_v1;

class OldWorkerTest : public FleetBench {
 protected:
  void SetUp() override {
    const auto keys = zmq::generate_key_pair();
    server_->allow({"old"}, keys.public_key);
    auto socket = zmq::Socket::open(context_, ZMQ_DEALER).value();
    ASSERT_TRUE(socket.set(ZMQ_LINGER, 0));
    ASSERT_TRUE(socket.set(ZMQ_CURVE_SERVERKEY, server_keys_.public_key));
    ASSERT_TRUE(socket.set(ZMQ_CURVE_PUBLICKEY, keys.public_key));
    ASSERT_TRUE(socket.set(ZMQ_CURVE_SECRETKEY, keys.secret_key));
    ASSERT_TRUE(socket.connect(server_->endpoint()));
    socket_ = std::make_unique<zmq::LoopSocket>(loop_, std::move(socket));
    socket_->start([this](zmq::Received message) { received_.push_back(std::move(message.frames.at(0))); });
  }

  void say(const std::function<void(v1::ToCoordinator::Builder)>& fill) {
    const auto bytes = written_by_v1<v1::ToCoordinator>(fill);
    ASSERT_TRUE(socket_->send(std::span(&bytes, 1)));
  }
  // Waits for the next message to the old worker.
  ReadByV1<v1::ToWorker> next() {
    EXPECT_TRUE(until([&] { return received_.size() > read_; }));
    return ReadByV1<v1::ToWorker>(received_.at(read_++));
  }
  template <class Message>
  bool hears() {
    return until([&] { return heard_.count<Message>("old") == 1; });
  }

  zmq::Context context_;
  std::unique_ptr<zmq::LoopSocket> socket_;
  std::vector<zmq::Bytes> received_;
  std::size_t read_ = 0;
};

TEST_F(OldWorkerTest, MakesAWholeSong) {
  say(testing::fill_hello);
  ASSERT_TRUE(hears<to_coordinator::Hello>());
  const auto& hello = std::get<to_coordinator::Hello>(heard_.messages.at(0).second);
  EXPECT_EQ(hello.protocol_version, 1);
  ASSERT_TRUE(server_->send({"old"}, to_worker::Welcome{hello.protocol_version, "old"}));
  EXPECT_EQ(next().root().getWelcome().getProtocolVersion(), 1);

  auto assign = std::get<to_worker::Assign>(testing::every_message_to_worker()[3]);
  assign.lease = {{"job_1"}, 7};
  ASSERT_TRUE(server_->send({"old"}, assign));
  auto job = next();
  ASSERT_EQ(job.root().which(), v1::ToWorker::ASSIGN);
  EXPECT_EQ(job.root().getAssign().getSpec().getLyrics().cStr(), assign.spec.lyrics);

  EXPECT_FALSE(server_->send({"old"}, to_worker::Recall{assign.lease}));
  say([](v1::ToCoordinator::Builder out) {
    auto running = out.initHeartbeat().initRunning(1)[0];
    testing::fill_lease(running.initLease(), "job_1", 7);
    running.setStage(v1::Stage::DENOISING);
  });
  ASSERT_TRUE(hears<to_coordinator::Heartbeat>());
  say([](v1::ToCoordinator::Builder out) { testing::fill_song(out, "job_1", 7); });
  ASSERT_TRUE(hears<to_coordinator::SongReady>());
  to_worker::Ticket ticket{assign.lease, "PUT", "https://store.example/1", {}, std::chrono::seconds(60)};
  ASSERT_TRUE(server_->send({"old"}, ticket));
  EXPECT_EQ(next().root().getTicket().getUrl().cStr(), ticket.url);
  say([](v1::ToCoordinator::Builder out) { testing::fill_lease(out.initUploaded(), "job_1", 7); });
  ASSERT_TRUE(hears<to_coordinator::Uploaded>());
  ASSERT_TRUE(server_->send({"old"}, to_worker::Accepted{assign.lease}));
  EXPECT_EQ(next().root().getAccepted().getEpoch(), 7u);
  say([](v1::ToCoordinator::Builder out) { out.setGoodbye(); });
  ASSERT_TRUE(hears<to_coordinator::Goodbye>());
  EXPECT_TRUE(heard_.gone.empty());
}

TEST_F(OldWorkerTest, OneThatIsTooOldOrTooNewIsToldBothRanges) {
  say([](v1::ToCoordinator::Builder out) {
    testing::fill_hello(out);
    out.getHello().setProtocolVersion(900);
    out.getHello().setMinProtocolVersion(900);
  });
  auto refused = next();
  ASSERT_EQ(refused.root().which(), v1::ToWorker::REFUSED);
  EXPECT_THAT(refused.root().getRefused().getReason().cStr(), HasSubstr("versions 1 to 2"));
  EXPECT_THAT(refused.root().getRefused().getReason().cStr(), HasSubstr("the worker 900 to 900"));
  EXPECT_TRUE(heard_.messages.empty());
}

TEST_F(OldWorkerTest, AKindOfMessageFromTheFutureIsIgnoredAndTheSessionStands) {
  say(testing::fill_hello);
  ASSERT_TRUE(hears<to_coordinator::Hello>());
  auto bytes = written_by_v1<v1::ToCoordinator>([](v1::ToCoordinator::Builder out) { out.setGoodbye(); });
  bytes.at(16) = std::byte{99};
  ASSERT_TRUE(socket_->send(std::span(&bytes, 1)));
  say([](v1::ToCoordinator::Builder out) { out.initHeartbeat(); });
  ASSERT_TRUE(hears<to_coordinator::Heartbeat>());
  EXPECT_TRUE(heard_.gone.empty());
  EXPECT_THAT(log_.str(), HasSubstr("does not know: 99"));
}

}  // namespace
}  // namespace musicfleet::fleet
