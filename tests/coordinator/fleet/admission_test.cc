// Who gets in. Every case is a real handshake over loopback; its outcome is told by the client's own socket.
#include "coordinator/fleet/router_socket.h"
#include "tests/support/fleet_bench.h"

#include <gmock/gmock.h>

namespace musicfleet::fleet {
namespace {

using testing::FleetBench;
using testing::FleetClient;
using ::testing::HasSubstr;

class AdmissionTest : public FleetBench {};

TEST_F(AdmissionTest, AListedKeyGetsIn) { EXPECT_TRUE(allowed("gpu-1")->handshake_succeeded()); }

TEST_F(AdmissionTest, AKeyThatIsNotListedIsRefused) {
  EXPECT_FALSE(client(zmq::generate_key_pair())->handshake_succeeded());
}

TEST_F(AdmissionTest, APublicKeyWithoutItsSecretIsRefused) {
  const auto listed = zmq::generate_key_pair();
  server_->allow({"gpu-1"}, listed.public_key);
  const auto thief = zmq::generate_key_pair();
  EXPECT_FALSE(client({listed.public_key, thief.secret_key})->handshake_succeeded());
}

TEST_F(AdmissionTest, AClientWithoutCurveIsRefused) {
  FleetClient plain(loop_, {server_->endpoint(), ""});
  EXPECT_FALSE(plain.handshake_succeeded());
}

TEST_F(AdmissionTest, AClientThatExpectsAnotherServerStaysOut) {
  const auto keys = zmq::generate_key_pair();
  server_->allow({"gpu-1"}, keys.public_key);
  FleetClient misled(loop_, {server_->endpoint(), zmq::generate_key_pair().public_key, keys});
  EXPECT_FALSE(misled.handshake_succeeded());
}

TEST_F(AdmissionTest, ARevokedKeyIsRefusedAtTheDoor) {
  const auto keys = zmq::generate_key_pair();
  server_->allow({"gpu-1"}, keys.public_key);
  EXPECT_TRUE(client(keys)->handshake_succeeded());
  server_->revoke({"gpu-1"});
  EXPECT_FALSE(client(keys)->handshake_succeeded());
}

TEST_F(AdmissionTest, AKeyThatEndsIsRefusedAtItsTimeAlsoOnItsOpenConnection) {
  const auto keys = zmq::generate_key_pair();
  server_->admit({"gpu-1"}, {{keys.public_key, {}, testing::SetClock::at(1'000)}});
  const auto worker = client(keys);
  greet(*worker, "gpu-1");
  EXPECT_EQ(server_->key_of({"gpu-1"}), keys.public_key);
  clock_.ms = 1'000;
  EXPECT_EQ(server_->send({"gpu-1"}, to_worker::Drain{}).error().code, ErrorCode::kUnavailable);
  worker->say(to_coordinator::Heartbeat{});
  ASSERT_TRUE(until([&] { return worker->count<to_worker::Refused>() == 1 && heard_.gone.size() == 1; }));
  EXPECT_EQ(heard_.count<to_coordinator::Heartbeat>("gpu-1"), 0);
  EXPECT_EQ(heard_.gone_why.at(0), Gone::kRekeyed);
  EXPECT_EQ(server_->key_of({"gpu-1"}), std::nullopt);
  EXPECT_FALSE(client(keys)->handshake_succeeded());
}

TEST_F(AdmissionTest, AKeyThatHasNotBegunIsRefusedUntilItDoes) {
  const auto keys = zmq::generate_key_pair();
  server_->admit({"gpu-1"}, {{keys.public_key, testing::SetClock::at(1'000)}});
  EXPECT_FALSE(client(keys)->handshake_succeeded());
  clock_.ms = 1'000;
  EXPECT_TRUE(client(keys)->handshake_succeeded());
}

TEST_F(AdmissionTest, AWorkerIsTheSameByEachOfItsKeysAndKeepsItsPlaceWithTheNewOne) {
  const auto old_keys = zmq::generate_key_pair(), new_keys = zmq::generate_key_pair();
  server_->admit({"gpu-1"}, {{old_keys.public_key}});
  const auto before = client(old_keys);
  greet(*before, "gpu-1");
  server_->admit({"gpu-1"}, {{old_keys.public_key}, {new_keys.public_key}});
  before->say(to_coordinator::Heartbeat{});
  ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Heartbeat>("gpu-1") == 1; }));
  const auto after = client(new_keys);
  after->say(hello());
  ASSERT_TRUE(until([&] { return heard_.count<to_coordinator::Hello>("gpu-1") == 2; }));
  EXPECT_EQ(server_->key_of({"gpu-1"}), new_keys.public_key);
  EXPECT_TRUE(heard_.gone.empty()) << "its jobs stay its own";
  server_->admit({"gpu-1"}, {{new_keys.public_key}});
  EXPECT_TRUE(heard_.gone.empty());
  EXPECT_FALSE(client(old_keys)->handshake_succeeded());
}

TEST_F(AdmissionTest, ARevokedKeyIsRefusedOnItsOpenConnectionAtOnce) {
  const auto revoked = allowed("gpu-1");
  const auto other = allowed("gpu-2");
  greet(*revoked, "gpu-1");
  greet(*other, "gpu-2");
  server_->revoke({"gpu-1"});
  EXPECT_EQ(server_->send({"gpu-1"}, to_worker::Drain{}).error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(until([&] { return revoked->count<to_worker::Refused>() == 1; }));
  revoked->say(to_coordinator::Heartbeat{});
  revoked->say(hello());
  ASSERT_TRUE(until([&] { return revoked->count<to_worker::Refused>() == 3; }));
  EXPECT_EQ(heard_.count<to_coordinator::Hello>("gpu-1"), 1);
  EXPECT_EQ(heard_.count<to_coordinator::Heartbeat>("gpu-1"), 0);
  other->say(to_coordinator::Heartbeat{});
  EXPECT_TRUE(until([&] { return heard_.count<to_coordinator::Heartbeat>("gpu-2") == 1; }));
}

TEST_F(AdmissionTest, AWorkersNewKeyEndsTheSessionOfItsOldOne) {
  const auto old_one = allowed("gpu-1");
  greet(*old_one, "gpu-1");
  const auto new_one = allowed("gpu-1");
  EXPECT_TRUE(until([&] { return heard_.gone.size() == 1; }));
  old_one->say(to_coordinator::Heartbeat{});
  ASSERT_TRUE(until([&] { return old_one->count<to_worker::Refused>() == 1; }));
  greet(*new_one, "gpu-1");
  EXPECT_EQ(heard_.count<to_coordinator::Heartbeat>("gpu-1"), 0);
}

TEST(RouterSocket, WithoutAHandlerNobodyGetsIn) {
  zmq::Context context;
  boost::asio::io_context loop;
  const auto server_keys = zmq::generate_key_pair();
  auto router = open_router(context, server_keys, "musicfleet").value();
  ASSERT_TRUE(router.bind("tcp://127.0.0.1:0"));
  FleetClient client(loop,
                     {router.bound_endpoint().value(), server_keys.public_key, zmq::generate_key_pair()});
  EXPECT_FALSE(client.handshake_succeeded());
}

TEST(RouterSocket, AHandlerThatHasDiedLetsNobodyIn) {
  // Of a dead handler libzmq sees that nobody is bound to its name any more.
  zmq::Context context;
  boost::asio::io_context loop;
  {
    auto dead = zmq::Socket::open(context, ZMQ_REP).value();
    ASSERT_TRUE(dead.bind("inproc://zeromq.zap.01"));
  }
  const auto server_keys = zmq::generate_key_pair();
  auto router = open_router(context, server_keys, "musicfleet").value();
  ASSERT_TRUE(router.bind("tcp://127.0.0.1:0"));
  FleetClient client(loop,
                     {router.bound_endpoint().value(), server_keys.public_key, zmq::generate_key_pair()});
  EXPECT_FALSE(client.handshake_succeeded());
}

TEST(RouterSocket, AHandlerThatKnowsNobodyLetsNobodyIn) {
  zmq::Context context;
  boost::asio::io_context loop;
  testing::LogCapture lines;
  const LogOutput output(LogLevel::kInfo, lines);
  const SystemClock clock;
  const AllowList nobody(clock);
  const auto handler = ZapHandler::start(context, "musicfleet", nobody, Log(output, "fleet")).value();
  const auto server_keys = zmq::generate_key_pair();
  {
    auto router = open_router(context, server_keys, "musicfleet").value();
    ASSERT_TRUE(router.bind("tcp://127.0.0.1:0"));
    FleetClient client(loop,
                       {router.bound_endpoint().value(), server_keys.public_key, zmq::generate_key_pair()});
    EXPECT_FALSE(client.handshake_succeeded());
  }
  EXPECT_THAT(lines.str(), HasSubstr("a key that is not on the list was refused"));
}

TEST(RouterSocket, AHandlerOfAnotherDomainLetsNobodyIn) {
  zmq::Context context;
  boost::asio::io_context loop;
  testing::LogCapture lines;
  const LogOutput output(LogLevel::kInfo, lines);
  const auto keys = zmq::generate_key_pair(), server_keys = zmq::generate_key_pair();
  const SystemClock clock;
  AllowList allowed(clock);
  allowed.admit({"gpu-1"}, {{keys.public_key}});
  const auto handler = ZapHandler::start(context, "another", allowed, Log(output, "fleet")).value();
  auto router = open_router(context, server_keys, "musicfleet").value();
  ASSERT_TRUE(router.bind("tcp://127.0.0.1:0"));
  FleetClient client(loop, {router.bound_endpoint().value(), server_keys.public_key, keys});
  EXPECT_FALSE(client.handshake_succeeded());
}

TEST(RouterSocket, AnEmptyDomainIsRefusedBecauseItWouldAdmitEverybody) {
  zmq::Context context;
  const auto router = open_router(context, zmq::generate_key_pair(), "");
  ASSERT_FALSE(router);
  EXPECT_EQ(router.error().code, ErrorCode::kInvalidArgument);
}

TEST(AllowList, AKeyBelongsToTheLastWorkerThatWasGivenIt) {
  const testing::SetClock clock;
  AllowList list(clock);
  list.admit({"a"}, {{"key"}});
  list.admit({"b"}, {{"key"}});
  EXPECT_EQ(list.worker_of("key"), WorkerId{"b"});
  list.revoke({"a"});
  EXPECT_EQ(list.worker_of("key"), WorkerId{"b"});
  list.admit({"b"}, {{"other"}});
  EXPECT_EQ(list.worker_of("key"), std::nullopt);
}

TEST(AllowList, AWorkerMayHaveSeveralKeys) {
  const testing::SetClock clock;
  AllowList list(clock);
  list.admit({"a"}, {{"old"}, {"new"}});
  EXPECT_EQ(list.worker_of("old"), WorkerId{"a"});
  EXPECT_EQ(list.worker_of("new"), WorkerId{"a"});
  list.revoke({"a"});
  EXPECT_EQ(list.worker_of("old"), std::nullopt);
  EXPECT_EQ(list.worker_of("new"), std::nullopt);
}

TEST(AllowList, AKeyCountsFromItsBeginningToItsEnd) {
  testing::SetClock clock;
  AllowList list(clock);
  list.admit({"a"}, {{"key", testing::SetClock::at(10), testing::SetClock::at(20)}});
  for (const auto& [now, counts] : {std::pair(9, false), {10, true}, {19, true}, {20, false}}) {
    clock.ms = now;
    EXPECT_EQ(list.worker_of("key").has_value(), counts) << now;
  }
}

}  // namespace
}  // namespace musicfleet::fleet
