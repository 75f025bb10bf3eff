#include "common/wire/codec.h"

#include "tests/support/fleet_samples.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace musicfleet::wire {
namespace {

// Field by field, since the structs have no operator== of their own: a field forgotten by the codec fails
// here.
void expect_same(const RunningJob& a, const RunningJob& b) {
  EXPECT_EQ(a.lease, b.lease);
  EXPECT_EQ(a.stage, b.stage);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.steps, b.steps);
}
void expect_same(const std::vector<RunningJob>& a, const std::vector<RunningJob>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) expect_same(a[i], b[i]);
}

struct SameToCoordinator {
  const to_coordinator::Message& other;

  void operator()(const to_coordinator::Hello& a) {
    const auto& b = std::get<to_coordinator::Hello>(other);
    EXPECT_EQ(a.protocol_version, b.protocol_version);
    EXPECT_EQ(a.min_protocol_version, b.min_protocol_version);
    EXPECT_EQ(a.software_version, b.software_version);
    EXPECT_EQ(a.device, b.device);
    ASSERT_EQ(a.models.size(), b.models.size());
    for (std::size_t i = 0; i < a.models.size(); ++i) {
      EXPECT_EQ(a.models[i].name, b.models[i].name);
      EXPECT_EQ(a.models[i].family, b.models[i].family);
      EXPECT_EQ(a.models[i].variant, b.models[i].variant);
      EXPECT_EQ(a.models[i].loaded, b.models[i].loaded);
      EXPECT_EQ(a.models[i].memory_fixed_bytes, b.models[i].memory_fixed_bytes);
      EXPECT_EQ(a.models[i].memory_bytes_per_second, b.models[i].memory_bytes_per_second);
    }
    expect_same(a.running, b.running);
    EXPECT_EQ(a.slots, b.slots);
    EXPECT_EQ(a.memory_free_bytes, b.memory_free_bytes);
    EXPECT_EQ(a.draining, b.draining);
  }
  void operator()(const to_coordinator::Heartbeat& a) {
    const auto& b = std::get<to_coordinator::Heartbeat>(other);
    expect_same(a.running, b.running);
    EXPECT_EQ(a.draining, b.draining);
    EXPECT_EQ(a.memory_free_bytes, b.memory_free_bytes);
  }
  void operator()(const to_coordinator::SongReady& a) {
    const auto& b = std::get<to_coordinator::SongReady>(other);
    EXPECT_EQ(a.lease, b.lease);
    EXPECT_EQ(a.size_bytes, b.size_bytes);
    EXPECT_EQ(a.sha256, b.sha256);
    EXPECT_EQ(a.media_type, b.media_type);
    EXPECT_EQ(a.duration, b.duration);
    EXPECT_EQ(a.sample_rate_hz, b.sample_rate_hz);
    EXPECT_EQ(a.channels, b.channels);
    EXPECT_EQ(a.model_name, b.model_name);
    EXPECT_EQ(a.generate_time, b.generate_time);
    EXPECT_EQ(a.encode_time, b.encode_time);
    EXPECT_EQ(a.warnings, b.warnings);
    EXPECT_EQ(a.loudness_lufs, b.loudness_lufs);
    EXPECT_EQ(a.true_peak_dbtp, b.true_peak_dbtp);
  }
  void operator()(const to_coordinator::Uploaded& a) {
    EXPECT_EQ(a.lease, std::get<to_coordinator::Uploaded>(other).lease);
  }
  void operator()(const to_coordinator::Failed& a) {
    const auto& b = std::get<to_coordinator::Failed>(other);
    EXPECT_EQ(a.lease, b.lease);
    EXPECT_EQ(a.error.code, b.error.code);
    EXPECT_EQ(a.error.message, b.error.message);
    EXPECT_EQ(a.error.param, b.error.param);
  }
  void operator()(const to_coordinator::Goodbye&) {}
  void operator()(const to_coordinator::Returned& a) {
    EXPECT_EQ(a.lease, std::get<to_coordinator::Returned>(other).lease);
  }
};

struct SameToWorker {
  const to_worker::Message& other;

  void operator()(const to_worker::Welcome& a) {
    const auto& b = std::get<to_worker::Welcome>(other);
    EXPECT_EQ(a.protocol_version, b.protocol_version);
    EXPECT_EQ(a.worker_name, b.worker_name);
    EXPECT_EQ(a.heartbeat, b.heartbeat);
    EXPECT_EQ(a.lease, b.lease);
  }
  void operator()(const to_worker::Refused& a) {
    EXPECT_EQ(a.reason, std::get<to_worker::Refused>(other).reason);
  }
  void operator()(const to_worker::Again&) {}
  void operator()(const to_worker::Assign& a) {
    const auto& b = std::get<to_worker::Assign>(other);
    EXPECT_EQ(a.lease, b.lease);
    EXPECT_EQ(a.spec, b.spec);
  }
  void operator()(const to_worker::Cancel& a) {
    EXPECT_EQ(a.lease, std::get<to_worker::Cancel>(other).lease);
  }
  void operator()(const to_worker::Ticket& a) {
    const auto& b = std::get<to_worker::Ticket>(other);
    EXPECT_EQ(a.lease, b.lease);
    EXPECT_EQ(a.method, b.method);
    EXPECT_EQ(a.url, b.url);
    ASSERT_EQ(a.headers.size(), b.headers.size());
    for (std::size_t i = 0; i < a.headers.size(); ++i) {
      EXPECT_EQ(a.headers[i].name, b.headers[i].name);
      EXPECT_EQ(a.headers[i].value, b.headers[i].value);
    }
    EXPECT_EQ(a.expires, b.expires);
  }
  void operator()(const to_worker::Accepted& a) {
    EXPECT_EQ(a.lease, std::get<to_worker::Accepted>(other).lease);
  }
  void operator()(const to_worker::Drain&) {}
  void operator()(const to_worker::Recall& a) {
    EXPECT_EQ(a.lease, std::get<to_worker::Recall>(other).lease);
  }
  void operator()(const to_worker::Resume&) {}
};

TEST(WireCodec, EveryMessageToTheCoordinatorSurvivesWithEveryField) {
  for (const auto& message : testing::every_message_to_coordinator()) {
    SCOPED_TRACE(message.index());
    const auto back = decode_to_coordinator(encode(message));
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(back->index(), message.index());
    std::visit(SameToCoordinator{*back}, message);
  }
}

TEST(WireCodec, EveryMessageToTheWorkerSurvivesWithEveryField) {
  for (const auto& message : testing::every_message_to_worker()) {
    SCOPED_TRACE(message.index());
    const auto back = decode_to_worker(encode(message));
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(back->index(), message.index());
    std::visit(SameToWorker{*back}, message);
  }
}

TEST(WireCodec, UnsetChoicesOfAJobStayUnset) {
  JobSpec spec;
  spec.prompt = "lo-fi";
  const auto back = decode_to_worker(encode(to_worker::Message(to_worker::Assign{{{"job_1"}, 1}, spec})));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(std::get<to_worker::Assign>(*back).spec, spec);
}

TEST(WireCodec, EveryStageAndContainerHasItsPlace) {
  for (const Stage stage : {Stage::kQueued, Stage::kConditioning, Stage::kDenoising, Stage::kDecoding,
                            Stage::kEncoding, Stage::kUploading}) {
    const auto back = decode_to_coordinator(
        encode(to_coordinator::Message(to_coordinator::Heartbeat{{{{{"j"}, 1}, stage}}, false})));
    ASSERT_TRUE(back);
    EXPECT_EQ(std::get<to_coordinator::Heartbeat>(*back).running.at(0).stage, stage);
  }
  for (const AudioContainer container :
       {AudioContainer::kWav, AudioContainer::kFlac, AudioContainer::kMp3, AudioContainer::kOpus}) {
    JobSpec spec;
    spec.prompt = "x";
    spec.format.container = container;
    const auto back = decode_to_worker(encode(to_worker::Message(to_worker::Assign{{{"j"}, 1}, spec})));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(std::get<to_worker::Assign>(*back).spec.format.container, container);
  }
}

TEST(WireCodec, OnlyRecallAndResumeAreUnknownToProtocolOne) {
  for (const auto& message : testing::every_message_to_worker()) {
    const bool new_in_2 = std::holds_alternative<to_worker::Recall>(message) ||
                          std::holds_alternative<to_worker::Resume>(message);
    EXPECT_EQ(version_of(message), new_in_2 ? 2 : 1) << message.index();
  }
}

TEST(WireCodec, MoreMemoryThanAFieldTakesIsSentAsTheMost) {
  const auto back = decode_to_coordinator(
      encode(to_coordinator::Message(to_coordinator::Heartbeat{{}, false, ~std::uint64_t{0}})));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(std::get<to_coordinator::Heartbeat>(*back).memory_free_bytes, WireLimits::kMemoryBytes);
}

TEST(WireCodec, TheLoudnessOfSilenceSurvives) {
  auto ready = std::get<to_coordinator::SongReady>(testing::every_message_to_coordinator()[2]);
  ready.loudness_lufs = std::numeric_limits<double>::quiet_NaN();
  ready.true_peak_dbtp = -std::numeric_limits<double>::infinity();
  const auto back = decode_to_coordinator(encode(to_coordinator::Message(ready)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(std::isnan(std::get<to_coordinator::SongReady>(*back).loudness_lufs));
  EXPECT_EQ(std::get<to_coordinator::SongReady>(*back).true_peak_dbtp, ready.true_peak_dbtp);
}

TEST(WireCodec, ALongMessageOfManySegmentsSurvives) {
  JobSpec spec;
  spec.prompt = std::string(JobLimits::kMaxPromptCharacters, 'p');
  for (std::size_t i = 0; i < JobLimits::kMaxLyricsCharacters; ++i) spec.lyrics += "日";
  const auto bytes = encode(to_worker::Message(to_worker::Assign{{{"j"}, 1}, spec}));
  EXPECT_LT(bytes.size(), kMaxMessageBytes);
  const auto back = decode_to_worker(bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(std::get<to_worker::Assign>(*back).spec, spec);
}

TEST(WireCodec, AFailuresMessageIsMadeToFit) {
  std::string endless(WireLimits::kTextBytes - 1, 'a');
  endless += "ä and more";
  const auto sent = [](std::string text) {
    const auto back = decode_to_coordinator(encode(to_coordinator::Message(
        to_coordinator::Failed{{{"j"}, 1}, {ErrorCode::kInternal, std::move(text)}})));
    return back ? std::get<to_coordinator::Failed>(*back).error.message : "refused: " + back.error().message;
  };
  EXPECT_EQ(sent(endless), std::string(WireLimits::kTextBytes - 1, 'a'));
  EXPECT_EQ(sent("cannot open \xff.bin"), "cannot open ?.bin");
  EXPECT_EQ(sent(std::string("a\0b", 3)), "a?b");
}

TEST(WireCodec, AMessageIsReadFromAnyAlignment) {
  const auto bytes = encode(testing::every_message_to_worker()[3]);
  std::vector<std::byte> shifted(bytes.size() + 1);
  std::copy(bytes.begin(), bytes.end(), shifted.begin() + 1);
  EXPECT_TRUE(decode_to_worker(std::span(shifted).subspan(1)));
}

}  // namespace
}  // namespace musicfleet::wire
