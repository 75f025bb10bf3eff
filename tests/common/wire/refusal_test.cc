// Well-formed Cap'n Proto whose content is not a message of this protocol: each field at fault is named.
#include "common/wire/codec.h"
#include "schema/fleet.capnp.h"
#include "tests/support/fleet_samples.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gmock/gmock.h>

#include <cmath>
#include <functional>

namespace musicfleet::wire {
namespace {

namespace s = ::musicfleet::schema;
using ::testing::HasSubstr;

std::vector<std::byte> flat(capnp::MessageBuilder& builder) {
  const auto words = capnp::messageToFlatArray(builder);
  const auto raw = words.asBytes();
  const auto* begin = reinterpret_cast<const std::byte*>(raw.begin());
  return {begin, begin + raw.size()};
}

// The message that the coordinator refuses it with; empty when it does not.
std::string refusal(const std::function<void(s::ToCoordinator::Builder)>& fill) {
  capnp::MallocMessageBuilder builder;
  fill(builder.initRoot<s::ToCoordinator>());
  const auto message = decode_to_coordinator(flat(builder));
  return message ? "" : message.error().message;
}

std::string refusal(const to_coordinator::Message& message) {
  const auto back = decode_to_coordinator(encode(message));
  return back ? "" : back.error().message;
}
std::string refusal(const to_worker::Message& message) {
  const auto back = decode_to_worker(encode(message));
  return back ? "" : back.error().message;
}

to_coordinator::Hello good_hello() {
  return std::get<to_coordinator::Hello>(testing::every_message_to_coordinator()[0]);
}
to_coordinator::SongReady good_ready() {
  return std::get<to_coordinator::SongReady>(testing::every_message_to_coordinator()[2]);
}
to_worker::Ticket good_ticket() { return std::get<to_worker::Ticket>(testing::every_message_to_worker()[5]); }
to_worker::Assign good_assign() { return std::get<to_worker::Assign>(testing::every_message_to_worker()[3]); }

// A field of a message set to something wrong.
template <class M, class Change>
std::string refusal_of(M message, Change change) {
  change(message);
  if constexpr (std::is_constructible_v<to_coordinator::Message, M>)
    return refusal(to_coordinator::Message(std::move(message)));
  else
    return refusal(to_worker::Message(std::move(message)));
}

TEST(WireRefusal, AKindOfMessageFromTheFutureIsNamed) {
  // The discriminant is the first 16 bits of the root struct's data section: right after the segment table
  // and the root pointer.
  auto bytes = encode(to_coordinator::Message(to_coordinator::Goodbye{}));
  bytes.at(16) = std::byte{99};
  EXPECT_EQ(decode_to_coordinator(bytes).error().message,
            "a kind of message that this version does not know: 99");
  bytes = encode(to_worker::Message(to_worker::Drain{}));
  bytes.at(16) = std::byte{98};
  EXPECT_EQ(decode_to_worker(bytes).error().message, "a kind of message that this version does not know: 98");
}

TEST(WireRefusal, AnEmptyRootIsNotAHello) {
  // All defaults: kind 0 is hello, whose pointer is null.
  EXPECT_THAT(refusal([](s::ToCoordinator::Builder) {}), HasSubstr("protocolVersion"));
}

TEST(WireRefusal, IdsMustBeFitForAFileName) {
  for (const std::string bad : {"", "../../etc/passwd", "a b", "job.1", "ä"})
    EXPECT_THAT(refusal(to_coordinator::Message(to_coordinator::Uploaded{{{bad}, 1}})),
                HasSubstr("lease.job"));
  EXPECT_THAT(refusal(to_coordinator::Message(to_coordinator::Uploaded{{{std::string(65, 'a')}, 1}})),
              HasSubstr("lease.job"));
  EXPECT_THAT(refusal(to_coordinator::Message(to_coordinator::Uploaded{{{"a"}, 0}})),
              HasSubstr("lease.epoch"));
}

TEST(WireRefusal, TextMustBeUtf8) {
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.device = "\xff\xfe"; }),
              HasSubstr("device is not valid"));
  EXPECT_THAT(refusal_of(good_assign(), [](auto& m) { m.spec.prompt = "a\xc3"; }), HasSubstr("spec.prompt"));
}

TEST(WireRefusal, NumbersMustBeInRange) {
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.slots = 0; }), HasSubstr("slots"));
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.slots = 65; }), HasSubstr("slots"));
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.min_protocol_version = 3; }),
              HasSubstr("minProtocolVersion"));
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.running[0].step = 9; }), HasSubstr("running.step"));
  EXPECT_THAT(refusal_of(good_ready(), [](auto& m) { m.size_bytes = 0; }), HasSubstr("sizeBytes"));
  EXPECT_THAT(refusal_of(good_ready(), [](auto& m) { m.size_bytes = ~0ull; }), HasSubstr("sizeBytes"));
  EXPECT_THAT(refusal_of(good_ready(), [](auto& m) { m.channels = 0; }), HasSubstr("channels"));
  EXPECT_THAT(refusal_of(good_ready(), [](auto& m) { m.sample_rate_hz = 7; }), HasSubstr("sampleRateHz"));
  EXPECT_THAT(refusal_of(good_ready(), [](auto& m) { m.loudness_lufs = INFINITY; }),
              HasSubstr("loudnessLufs"));
  EXPECT_THAT(refusal_of(good_ready(), [](auto& m) { m.duration = std::chrono::hours(1); }),
              HasSubstr("durationMs"));
  EXPECT_THAT(refusal_of(good_assign(), [](auto& m) { m.spec.duration = std::chrono::milliseconds(0); }),
              HasSubstr("duration_seconds"));
  EXPECT_THAT(refusal_of(good_assign(), [](auto& m) { m.spec.shift = NAN; }), HasSubstr("shift"));
}

TEST(WireRefusal, MemoryBeyondAllMachinesIsRefused) {
  constexpr std::uint64_t kTooMuch = WireLimits::kMemoryBytes + 1;
  EXPECT_THAT(
      refusal([](s::ToCoordinator::Builder out) { out.initHeartbeat().setMemoryFreeBytes(kTooMuch); }),
      HasSubstr("memoryFreeBytes"));
  const auto hello_with = [](const std::function<void(s::Model::Builder)>& fill) {
    return refusal([&](s::ToCoordinator::Builder out) {
      auto hello = out.initHello();
      hello.setProtocolVersion(2);
      hello.setMinProtocolVersion(1);
      hello.setSoftwareVersion("0.1.0");
      hello.setDevice("cpu");
      hello.setSlots(1);
      auto model = hello.initModels(1)[0];
      model.setName("m");
      model.setFamily("ace_v15");
      model.setVariant("turbo");
      fill(model);
    });
  };
  EXPECT_EQ(hello_with([](s::Model::Builder) {}), "");
  EXPECT_THAT(hello_with([](s::Model::Builder model) { model.setMemoryFixedBytes(kTooMuch); }),
              HasSubstr("model.memoryFixedBytes"));
  EXPECT_THAT(hello_with([](s::Model::Builder model) { model.setMemoryBytesPerSecond(kTooMuch); }),
              HasSubstr("model.memoryBytesPerSecond"));
}

TEST(WireRefusal, ListsAndTextsMustBeShort) {
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.models.resize(65, m.models[0]); }),
              HasSubstr("models"));
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.running.resize(257, m.running[0]); }),
              HasSubstr("running"));
  EXPECT_THAT(refusal_of(good_ticket(), [](auto& m) { m.headers.resize(65, m.headers[0]); }),
              HasSubstr("headers"));
  EXPECT_THAT(refusal_of(good_ticket(), [](auto& m) { m.url.resize(9'000, 'a'); }), HasSubstr("ticket.url"));
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.models[1].name.resize(300, 'a'); }),
              HasSubstr("model.name"));
}

TEST(WireRefusal, NamesMustNotBeEmpty) {
  EXPECT_THAT(refusal_of(good_hello(), [](auto& m) { m.models[0].name = ""; }), HasSubstr("model.name"));
  EXPECT_THAT(refusal_of(good_ticket(), [](auto& m) { m.url = ""; }), HasSubstr("ticket.url"));
  EXPECT_THAT(refusal_of(good_ready(), [](auto& m) { m.media_type = ""; }), HasSubstr("mediaType"));
}

TEST(WireRefusal, AHashHas32Bytes) {
  for (const unsigned size : {0u, 31u, 33u}) {
    const std::string reason = refusal([&](s::ToCoordinator::Builder out) {
      auto ready = out.initSongReady();
      ready.initLease().setJob("job_1");
      ready.getLease().setEpoch(1);
      ready.setSizeBytes(1);
      ready.initSha256(size);
    });
    EXPECT_THAT(reason, HasSubstr("sha256 must have 32 bytes"));
  }
}

TEST(WireRefusal, TooManyWarningsAreRefusedAndNeverSent) {
  const auto fill = [](s::ToCoordinator::SongReady::Builder ready) {
    ready.initLease().setJob("job_1");
    ready.getLease().setEpoch(1);
    ready.setSizeBytes(1);
    ready.initSha256(32);
    ready.setMediaType("audio/wav");
    ready.setSampleRateHz(48000);
    ready.setChannels(2);
    ready.setModelName("m");
  };
  EXPECT_EQ(refusal([&](s::ToCoordinator::Builder out) { fill(out.initSongReady()); }), "");
  EXPECT_THAT(refusal([&](s::ToCoordinator::Builder out) {
                fill(out.initSongReady());
                out.getSongReady().initWarnings(65);
              }),
              HasSubstr("warnings"));
  EXPECT_EQ(refusal_of(good_ready(), [](auto& m) { m.warnings.resize(65); }), "");
}

TEST(WireRefusal, AnUnknownFailureIsAnInternalFailure) {
  capnp::MallocMessageBuilder builder;
  auto failed = builder.initRoot<s::ToCoordinator>().initFailed();
  failed.initLease().setJob("job_1");
  failed.getLease().setEpoch(1);
  failed.setCode("gpu_on_fire");
  const auto message = decode_to_coordinator(flat(builder));
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(std::get<to_coordinator::Failed>(*message).error.code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace musicfleet::wire
