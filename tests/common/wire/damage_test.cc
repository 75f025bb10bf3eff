// What a broken or hostile peer may send: nothing of it crashes, and nothing of it comes out as a half-read
// message.
#include "common/wire/codec.h"
#include "tests/support/fleet_samples.h"

#include <gmock/gmock.h>

#include <random>

namespace musicfleet::wire {
namespace {

using ::testing::HasSubstr;

using Decode = bool (*)(std::span<const std::byte>);

// A decoded message must be one that can be encoded again and read back: what it holds is within all limits.
bool takes_to_coordinator(std::span<const std::byte> bytes) {
  const auto message = decode_to_coordinator(bytes);
  if (!message) {
    EXPECT_TRUE(message.error().code == ErrorCode::kCorrupt || message.error().code == ErrorCode::kNotFound);
    EXPECT_NE(message.error().message, "");
    return false;
  }
  EXPECT_TRUE(decode_to_coordinator(encode(*message)));
  return true;
}
bool takes_to_worker(std::span<const std::byte> bytes) {
  const auto message = decode_to_worker(bytes);
  if (!message) {
    EXPECT_TRUE(message.error().code == ErrorCode::kCorrupt || message.error().code == ErrorCode::kNotFound);
    EXPECT_NE(message.error().message, "");
    return false;
  }
  EXPECT_TRUE(decode_to_worker(encode(*message)));
  return true;
}

struct Sample {
  std::vector<std::byte> bytes;
  Decode takes;
};

std::vector<Sample> samples() {
  std::vector<Sample> all;
  for (const auto& message : testing::every_message_to_coordinator())
    all.push_back({encode(message), takes_to_coordinator});
  for (const auto& message : testing::every_message_to_worker())
    all.push_back({encode(message), takes_to_worker});
  return all;
}

TEST(WireDamage, EveryTruncationIsRefused) {
  for (const Sample& sample : samples())
    for (std::size_t n = 0; n < sample.bytes.size(); ++n)
      EXPECT_FALSE(sample.takes(std::span(sample.bytes).first(n))) << n << " of " << sample.bytes.size();
}

TEST(WireDamage, BytesAfterTheEndAreRefused) {
  for (const Sample& sample : samples()) {
    std::vector<std::byte> longer = sample.bytes;
    longer.resize(longer.size() + 8);
    EXPECT_FALSE(sample.takes(longer));
  }
}

TEST(WireDamage, FlippedBitsNeverCrash) {
  std::mt19937 random(20261122);
  std::size_t refused = 0;
  for (const Sample& sample : samples()) {
    // Every single bit, then bursts.
    for (std::size_t bit = 0; bit < sample.bytes.size() * 8; ++bit) {
      std::vector<std::byte> damaged = sample.bytes;
      damaged[bit / 8] ^= std::byte{1} << (bit % 8);
      refused += sample.takes(damaged) ? 0 : 1;
    }
    for (int round = 0; round < 2'000; ++round) {
      std::vector<std::byte> damaged = sample.bytes;
      for (int i = 0; i < 4; ++i) damaged[random() % damaged.size()] = static_cast<std::byte>(random());
      refused += sample.takes(damaged) ? 0 : 1;
    }
  }
  EXPECT_GT(refused, 0u);
}

TEST(WireDamage, NoiseIsRefused) {
  std::mt19937 random(7);
  for (int round = 0; round < 5'000; ++round) {
    std::vector<std::byte> noise(8 * (1 + random() % 40));
    for (std::byte& b : noise) b = static_cast<std::byte>(random());
    takes_to_coordinator(noise);
    takes_to_worker(noise);
  }
  EXPECT_FALSE(takes_to_coordinator(std::vector<std::byte>(16, std::byte{0xff})));
}

TEST(WireDamage, AnOverlongMessageIsRefusedBeforeItIsCopied) {
  const std::vector<std::byte> zeros(kMaxMessageBytes + 8);
  EXPECT_THAT(decode_to_coordinator(zeros).error().message, HasSubstr("at most 1048576 bytes"));
}

TEST(WireDamage, ASegmentCountOfBillionsIsRefused) {
  const std::vector<std::byte> bytes(64, std::byte{0xff});
  EXPECT_THAT(decode_to_worker(bytes).error().message, HasSubstr("segments"));
}

}  // namespace
}  // namespace musicfleet::wire
