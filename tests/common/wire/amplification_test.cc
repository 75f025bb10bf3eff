// Small messages that claim to be large: Cap'n Proto's pointers may name the same bytes again and again, and
// lists of elements without a size cost no bytes at all. Written word by word, as no encoder would.
#include "common/wire/codec.h"
#include "tests/support/raw_message.h"

#include <gmock/gmock.h>

namespace musicfleet::wire {
namespace {

using testing::far_pointer;
using ::testing::HasSubstr;
using testing::list_pointer;
using testing::struct_pointer;

constexpr std::uint64_t kHello = 0, kHeartbeat = 1, kSongReady = 2;
constexpr std::uint64_t kMost = (std::uint64_t{1} << 29) - 1;  // elements that a list can claim

TEST(WireAmplification, AListOfHalfABillionElementsOfNoSizeIsRefused) {
  for (const std::uint64_t elements : {kMost, std::uint64_t{1} << 20, std::uint64_t{257}}) {
    const auto result = decode_to_coordinator(testing::list_of_nothing(elements));
    ASSERT_FALSE(result) << elements;
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt) << elements;
  }
  EXPECT_EQ(testing::list_of_nothing(kMost).size(), 56u);
}

TEST(WireAmplification, WarningsThatAllPointToOneTextAreRefusedOnceTheyAreTooManyOrTooLong) {
  const auto refusal = [](unsigned warnings, std::size_t length) -> std::string {
    const auto result = decode_to_coordinator(testing::one_text_many_times(warnings, length));
    return result ? "" : result.error().message;
  };
  // A message of 900 kB whose warnings would be 58 MB, and one of 5 kB whose warnings would be 4 MB.
  EXPECT_THAT(refusal(64, 900'000), HasSubstr("warning"));
  EXPECT_THAT(refusal(500, 8'000), HasSubstr("warnings"));
}

TEST(WireAmplification, WhatIsTakenIsBoundedByTheLimitsHoweverItsPointersAreLaid) {
  const auto bytes = testing::one_text_many_times(64, 8'000);
  EXPECT_LT(bytes.size(), 10'000u);
  const auto result = decode_to_coordinator(bytes);
  ASSERT_TRUE(result) << result.error().message;
  std::size_t taken = 0;
  for (const std::string& warning : std::get<to_coordinator::SongReady>(*result).warnings)
    taken += warning.size();
  EXPECT_LE(taken, WireLimits::kWarnings * WireLimits::kTextBytes);
}

TEST(WireAmplification, APointerThatLeadsBackToItselfOrOutOfTheMessageIsRefused) {
  for (const std::uint64_t pointer :
       {far_pointer(2), far_pointer(2) | 4, far_pointer(100'000'000), struct_pointer(5'000, 65'535, 65'535),
        list_pointer(0, 7, kMost), list_pointer(0, 2, kMost), ~std::uint64_t{0}}) {
    for (const std::uint64_t kind : {kHello, kHeartbeat, kSongReady}) {
      const auto result =
          decode_to_coordinator(testing::message_of({struct_pointer(0, 1, 1), kind, pointer}));
      ASSERT_FALSE(result) << kind << ' ' << pointer;
      EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
    }
  }
}

}  // namespace
}  // namespace musicfleet::wire
