// This worker and a coordinator of protocol version 1: a whole song over a real connection, spoken by the
// frozen schema.
#include "tests/support/daemon_bench.h"
#include "tests/support/old_protocol.h"

#include <gtest/gtest.h>

namespace musicfleet::daemon {
namespace {

namespace v1 = ::musicfleet::schema_v1;
using testing::ReadByV1;
using testing::written_by_v1;
using Said = v1::ToCoordinator;

class OldCoordinatorTest : public testing::DaemonBench {
 protected:
  void SetUp() override {
    auto socket = zmq::Socket::open(context_, ZMQ_ROUTER).value();
    ASSERT_TRUE(socket.set(ZMQ_LINGER, 0));
    ASSERT_TRUE(socket.set(ZMQ_CURVE_SERVER, 1));
    ASSERT_TRUE(socket.set(ZMQ_CURVE_SECRETKEY, server_keys_.secret_key));
    ASSERT_TRUE(socket.bind("tcp://127.0.0.1:0"));
    endpoint_ = socket.bound_endpoint().value();
    socket_ = std::make_unique<zmq::LoopSocket>(loop_, std::move(socket));
    socket_->start([this](zmq::Received message) {
      worker_ = message.frames.at(0);
      received_.push_back(std::move(message.frames.at(1)));
    });
    start_daemon();
    ASSERT_TRUE(next([](Said::Reader said) { return said.isHello(); }));
    tell([](v1::ToWorker::Builder out) {
      auto welcome = out.initWelcome();
      welcome.setProtocolVersion(1);
      welcome.setWorkerName("new");
      welcome.setHeartbeatMs(50);
      welcome.setLeaseMs(15'000);
    });
  }

  void tell(const std::function<void(v1::ToWorker::Builder)>& fill) {
    const std::vector<zmq::Bytes> frames{worker_, written_by_v1<v1::ToWorker>(fill)};
    ASSERT_TRUE(socket_->send(frames));
  }
  // Waits for a message of which this is true, among those that nobody has waited for; all before it are
  // skipped.
  bool next(const std::function<bool(Said::Reader)>& wanted) {
    return until([&] {
      while (read_ < received_.size()) {
        ReadByV1<Said> said(received_.at(read_++));
        EXPECT_LE(said.root().which(), Said::GOODBYE) << "version 1 does not know such a message";
        if (wanted(said.root())) return true;
      }
      return false;
    });
  }
  void order(const char* job, const char* prompt) {
    tell([&](v1::ToWorker::Builder out) {
      testing::fill_lease(out.initAssign().initLease(), job, 1);
      auto spec = out.getAssign().initSpec();
      spec.setPrompt(prompt);
      spec.setDurationMs(3'000);
      spec.initFormat().setSampleRateHz(48'000);
    });
  }

  zmq::Context context_;
  std::unique_ptr<zmq::LoopSocket> socket_;
  zmq::Bytes worker_;
  std::vector<zmq::Bytes> received_;
  std::size_t read_ = 0;
};

TEST_F(OldCoordinatorTest, GetsAWholeSong) {
  order("job_1", "wait");
  EXPECT_TRUE(next([](Said::Reader said) {
    if (!said.isHeartbeat() || said.getHeartbeat().getRunning().size() != 1) return false;
    return said.getHeartbeat().getRunning()[0].getStage() == v1::Stage::DENOISING;
  }));
  script_->release();
  EXPECT_TRUE(
      next([](Said::Reader said) { return said.isSongReady() && said.getSongReady().getSizeBytes() > 0; }));
  tell([](v1::ToWorker::Builder out) {
    testing::fill_lease(out.initTicket().initLease(), "job_1", 1);
    out.getTicket().setMethod("PUT");
    out.getTicket().setUrl("https://store.example/job_1/1");
    out.getTicket().setExpiresMs(60'000);
  });
  EXPECT_TRUE(next([](Said::Reader said) { return said.isUploaded(); }));
  EXPECT_FALSE(stored({{"job_1"}, 1}).empty());
  tell([](v1::ToWorker::Builder out) { testing::fill_lease(out.initAccepted(), "job_1", 1); });
  EXPECT_TRUE(next(
      [](Said::Reader said) { return said.isHeartbeat() && said.getHeartbeat().getRunning().size() == 0; }));
}

TEST_F(OldCoordinatorTest, IsToldOfDrainingAndLeavingInWordsThatItKnows) {
  order("job_1", "wait");
  order("job_2", "sing");
  EXPECT_TRUE(next(
      [](Said::Reader said) { return said.isHeartbeat() && said.getHeartbeat().getRunning().size() == 2; }));
  tell([](v1::ToWorker::Builder out) { out.setDrain(); });
  EXPECT_TRUE(next([](Said::Reader said) {
    return said.isFailed() && said.getFailed().getCode() == "cancelled" &&
           said.getFailed().getLease().getJob() == "job_2";
  }));
  EXPECT_TRUE(
      next([](Said::Reader said) { return said.isHeartbeat() && said.getHeartbeat().getDraining(); }));
  daemon_->leave();
  tell([](v1::ToWorker::Builder out) { testing::fill_lease(out.initCancel(), "job_1", 1); });
  EXPECT_TRUE(next([](Said::Reader said) { return said.isGoodbye(); }));
}

}  // namespace
}  // namespace musicfleet::daemon
