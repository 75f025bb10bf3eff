#include "worker/ace_v15/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace musicfleet::ace_v15 {
namespace {

using ::testing::HasSubstr;

std::string verdict(const std::vector<Computation>& computations, c10::ScalarType type) {
  const Result<> judged = judge(computations, type);
  return judged ? "good" : judged.error().message;
}

TEST(SelfTest, ThisCpuPassesInBothPrecisions) {
  EXPECT_EQ(verdict(compute_known(c10::kCPU, c10::kFloat), c10::kFloat), "good");
  EXPECT_EQ(verdict(compute_known(c10::kCPU, c10::kBFloat16), c10::kBFloat16), "good");
}

TEST(SelfTest, CoversWhatASongIsMadeOf) {
  std::vector<std::string> names;
  for (const Computation& one : compute_known(c10::kCPU, c10::kFloat)) names.push_back(one.name);
  EXPECT_THAT(names, ::testing::ElementsAre("matrix product", "convolution", "transposed convolution",
                                            "attention", "masked attention", "snake"));
}

TEST(SelfTest, OneWrongNumberOfAnyKernelFailsAndNamesIt) {
  const std::vector<Computation> right = compute_known(c10::kCPU, c10::kFloat);
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::vector<Computation> wrong = right;
    wrong[i].computed[100] += 0.5F;
    EXPECT_THAT(verdict(wrong, c10::kFloat), HasSubstr("self-test: " + right[i].name)) << right[i].name;
  }
}

TEST(SelfTest, NoNumberIsAWrongNumber) {
  std::vector<Computation> wrong = compute_known(c10::kCPU, c10::kFloat);
  wrong.back().computed[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(verdict(wrong, c10::kFloat), HasSubstr("snake gave nan"));
}

TEST(SelfTest, AShortAnswerIsAWrongAnswer) {
  std::vector<Computation> wrong = compute_known(c10::kCPU, c10::kFloat);
  wrong[0].computed.pop_back();
  EXPECT_THAT(verdict(wrong, c10::kFloat), HasSubstr("1023 numbers instead of 1024"));
}

TEST(SelfTest, TheRoundingOfBf16WouldNotPassForFp32) {
  EXPECT_THAT(verdict(compute_known(c10::kCPU, c10::kBFloat16), c10::kFloat), HasSubstr("self-test"));
}

}  // namespace
}  // namespace musicfleet::ace_v15
