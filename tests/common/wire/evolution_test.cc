// Versions of the protocol against each other: bytes of version 1 read by this build, bytes of this build
// read by version 1, and what comes from a version that is not written yet.
#include "common/wire/codec.h"
#include "schema/fleet.capnp.h"
#include "tests/support/fleet_samples.h"
#include "tests/support/old_protocol.h"

#include <gmock/gmock.h>

namespace musicfleet::wire {
namespace {

namespace v1 = ::musicfleet::schema_v1;
using testing::ReadByV1;
using testing::written_by_v1;

TEST(WireEvolution, AHelloOfVersionOneIsReadWithTheDefaultsOfWhatItDoesNotSay) {
  const auto back = decode_to_coordinator(written_by_v1<v1::ToCoordinator>(testing::fill_hello));
  ASSERT_TRUE(back) << back.error().message;
  const auto& hello = std::get<to_coordinator::Hello>(*back);
  EXPECT_EQ(hello.protocol_version, 1);
  ASSERT_EQ(hello.models.size(), 1u);
  EXPECT_TRUE(hello.models[0].loaded) << "a worker of version 1 has every model that it names loaded";
  EXPECT_EQ(hello.models[0].memory_fixed_bytes, 0u);
  EXPECT_EQ(hello.memory_free_bytes, 0u);
  EXPECT_FALSE(hello.draining);
}

TEST(WireEvolution, EveryMessageThatAWorkerOfVersionOneSendsIsUnderstood) {
  using To = v1::ToCoordinator;
  const auto heard = [](const std::function<void(To::Builder)>& fill) {
    const auto back = decode_to_coordinator(written_by_v1<To>(fill));
    EXPECT_TRUE(back) << back.error().message;
    return back.value_or(to_coordinator::Message());
  };
  const auto beat = heard([](To::Builder out) {
    auto heartbeat = out.initHeartbeat();
    heartbeat.setDraining(true);
    auto job = heartbeat.initRunning(1)[0];
    testing::fill_lease(job.initLease(), "job_1", 7);
    job.setStage(v1::Stage::DECODING);
  });
  ASSERT_TRUE(std::holds_alternative<to_coordinator::Heartbeat>(beat));
  EXPECT_TRUE(std::get<to_coordinator::Heartbeat>(beat).draining);
  EXPECT_EQ(std::get<to_coordinator::Heartbeat>(beat).running.at(0).stage, Stage::kDecoding);
  EXPECT_TRUE(std::holds_alternative<to_coordinator::SongReady>(
      heard([](To::Builder out) { testing::fill_song(out, "job_1", 7); })));
  EXPECT_TRUE(std::holds_alternative<to_coordinator::Uploaded>(
      heard([](To::Builder out) { testing::fill_lease(out.initUploaded(), "job_1", 7); })));
  EXPECT_TRUE(std::holds_alternative<to_coordinator::Failed>(heard([](To::Builder out) {
    testing::fill_lease(out.initFailed().initLease(), "job_1", 7);
    out.getFailed().setCode("internal");
  })));
  EXPECT_TRUE(
      std::holds_alternative<to_coordinator::Goodbye>(heard([](To::Builder out) { out.setGoodbye(); })));
}

TEST(WireEvolution, WhatIsSentToVersionOneIsReadByVersionOneAsItWasMeant) {
  for (const auto& message : testing::every_message_to_worker()) {
    if (version_of(message) > 1) continue;
    ReadByV1<v1::ToWorker> read(encode(message));
    EXPECT_EQ(static_cast<std::size_t>(read.root().which()), message.index());
    if (const auto* assign = std::get_if<to_worker::Assign>(&message)) {
      const auto spec = read.root().getAssign().getSpec();
      EXPECT_EQ(read.root().getAssign().getLease().getEpoch(), assign->lease.epoch);
      EXPECT_EQ(spec.getPrompt().cStr(), assign->spec.prompt);
      EXPECT_EQ(spec.getSeed(), assign->spec.seed);
      EXPECT_EQ(spec.getTitle().cStr(), assign->spec.title);
      EXPECT_EQ(spec.getFormat().getBitRateKbps(), 160u);
    }
    if (const auto* ticket = std::get_if<to_worker::Ticket>(&message)) {
      EXPECT_EQ(read.root().getTicket().getUrl().cStr(), ticket->url);
    }
  }
}

TEST(WireEvolution, AHelloOfThisBuildIsReadByACoordinatorOfVersionOne) {
  const auto message = testing::every_message_to_coordinator()[0];
  const auto& sent = std::get<to_coordinator::Hello>(message);
  ReadByV1<v1::ToCoordinator> read(encode(message));
  ASSERT_EQ(read.root().which(), v1::ToCoordinator::HELLO);
  const auto hello = read.root().getHello();
  EXPECT_EQ(hello.getMinProtocolVersion(), 1) << "or an old coordinator would refuse it";
  ASSERT_EQ(hello.getModels().size(), 2u);
  EXPECT_EQ(hello.getModels()[1].getName().cStr(), sent.models[1].name);
  EXPECT_EQ(hello.getRunning()[0].getStep(), 3);
  EXPECT_EQ(hello.getSlots(), 2);
}

TEST(WireEvolution, AKindOfMessageFromTheFutureIsToldApartFromNonsense) {
  // The discriminant is the first 16 bits of the root struct's data section.
  auto bytes = encode(to_coordinator::Message(to_coordinator::Goodbye{}));
  bytes.at(16) = std::byte{99};
  EXPECT_EQ(decode_to_coordinator(bytes).error().code, ErrorCode::kNotFound);
  bytes = encode(to_worker::Message(to_worker::Drain{}));
  bytes.at(16) = std::byte{98};
  EXPECT_EQ(decode_to_worker(bytes).error().code, ErrorCode::kNotFound);
}

TEST(WireEvolution, AJobInAStageFromTheFutureIsStillHeld) {
  capnp::MallocMessageBuilder builder;
  auto job = builder.initRoot<schema::ToCoordinator>().initHeartbeat().initRunning(1)[0];
  job.initLease().setJob("job_1");
  job.getLease().setEpoch(1);
  job.setStage(static_cast<schema::Stage>(60));
  const auto words = capnp::messageToFlatArray(builder);
  const auto back = decode_to_coordinator(
      std::span(reinterpret_cast<const std::byte*>(words.asBytes().begin()), words.asBytes().size()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(std::get<to_coordinator::Heartbeat>(*back).running.at(0).stage, Stage::kConditioning);
}

}  // namespace
}  // namespace musicfleet::wire
