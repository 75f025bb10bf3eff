#include "common/zmq/loop_socket.h"

#include "tests/support/loop_runner.h"

#include <gmock/gmock.h>
#include <zmq.h>

namespace musicfleet::zmq {
namespace {

using testing::run_until;

Bytes bytes(std::string_view text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

class LoopSocketTest : public ::testing::Test {
 protected:
  std::unique_ptr<LoopSocket> server(int type = ZMQ_ROUTER) {
    auto socket = Socket::open(context_, type).value();
    EXPECT_TRUE(socket.bind("tcp://127.0.0.1:0"));
    endpoint_ = socket.bound_endpoint().value();
    return std::make_unique<LoopSocket>(loop_, std::move(socket));
  }
  std::unique_ptr<LoopSocket> client(int immediate = 0) {
    auto socket = Socket::open(context_, ZMQ_DEALER).value();
    EXPECT_TRUE(socket.set(ZMQ_IMMEDIATE, immediate));
    EXPECT_TRUE(socket.connect(endpoint_));
    return std::make_unique<LoopSocket>(loop_, std::move(socket));
  }

  Context context_;
  boost::asio::io_context loop_;
  std::string endpoint_;
};

TEST_F(LoopSocketTest, ThousandsOfMessagesArriveInOrderBothWays) {
  constexpr int kMany = 5'000;
  auto router = server();
  auto dealer = client();
  int answered = 0;
  bool in_order = true;
  router->start([&](Received message) {
    ASSERT_EQ(message.frames.size(), 2u);
    ASSERT_TRUE(router->send(message.frames));
  });
  // A window of requests below the high-water mark, so that nothing may be dropped.
  int sent = 0;
  const auto fill = [&] {
    while (sent < kMany && sent - answered < 500) {
      const Bytes frame = bytes(std::to_string(sent));
      ASSERT_TRUE(dealer->send(std::span(&frame, 1)));
      ++sent;
    }
  };
  dealer->start([&](Received message) {
    in_order = in_order && message.frames.at(0) == bytes(std::to_string(answered));
    ++answered;
    fill();
  });
  fill();
  EXPECT_TRUE(run_until(loop_, [&] { return answered == kMany; })) << answered;
  EXPECT_TRUE(in_order);
}

TEST_F(LoopSocketTest, AMessageThatArrivedBeforeStartIsHandedOver) {
  auto router = server();
  auto dealer = client();
  const Bytes frame = bytes("early");
  ASSERT_TRUE(dealer->send(std::span(&frame, 1)));
  bool got = false;
  router->start([&](Received message) { got = message.frames.at(1) == frame; });
  EXPECT_TRUE(run_until(loop_, [&] { return got; }));
}

TEST_F(LoopSocketTest, WritableIsToldOnceTheConnectionStandsAndAgainAfterARefusedSend) {
  auto router = server();
  int received = 0;
  router->start([&](Received) { ++received; });
  auto dealer = client(/*immediate=*/1);
  const Bytes frame = bytes("x");
  int told = 0;
  dealer->start([](Received) {}, [&] { ++told; });
  ASSERT_TRUE(run_until(loop_, [&] { return told == 1; }));
  EXPECT_TRUE(dealer->send(std::span(&frame, 1)));
  ASSERT_TRUE(run_until(loop_, [&] { return received == 1; }));
  EXPECT_EQ(told, 1);

  router.reset();
  ASSERT_TRUE(run_until(loop_, [&] {
    boost::asio::post(loop_, [] {});
    return !dealer->send(std::span(&frame, 1));
  }));
  auto socket = Socket::open(context_, ZMQ_ROUTER).value();
  ASSERT_TRUE(run_until(loop_, [&] {
    boost::asio::post(loop_, [] {});
    return socket.bind(endpoint_).has_value();
  }));
  LoopSocket reborn(loop_, std::move(socket));
  reborn.start([&](Received) { ++received; });
  EXPECT_TRUE(run_until(loop_, [&] { return told == 2; }));
}

TEST_F(LoopSocketTest, AnObserverMayDestroyTheSocketFromInside) {
  auto router = server();
  auto dealer = client();
  const Bytes frame = bytes("bye");
  bool destroyed = false;
  router->start([&](Received) {
    router.reset();
    destroyed = true;
  });
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(dealer->send(std::span(&frame, 1)));
  EXPECT_TRUE(run_until(loop_, [&] { return destroyed; }));
  loop_.restart();
  loop_.poll();
}

TEST_F(LoopSocketTest, OfAnEndlessMessageOnlyTheFirstFramesAreKept) {
  auto router = server();
  auto dealer = client();
  const std::vector<Bytes> many(20, bytes("f"));
  const Bytes good = bytes("good");
  ASSERT_TRUE(dealer->send(many));
  ASSERT_TRUE(dealer->send(std::span(&good, 1)));
  std::vector<std::size_t> frames;
  router->start([&](Received message) { frames.push_back(message.frames.size()); });
  EXPECT_TRUE(run_until(loop_, [&] { return frames.size() == 2; }));
  EXPECT_THAT(frames, ::testing::ElementsAre(Received::kMaxFrames, 2));
}

TEST_F(LoopSocketTest, AMandatoryRouterSaysWhenNobodyIsThere) {
  auto socket = Socket::open(context_, ZMQ_ROUTER).value();
  ASSERT_TRUE(socket.set(ZMQ_ROUTER_MANDATORY, 1));
  LoopSocket router(loop_, std::move(socket));
  const std::vector<Bytes> frames{bytes("nobody"), bytes("hello")};
  const auto sent = router.send(frames);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace musicfleet::zmq
