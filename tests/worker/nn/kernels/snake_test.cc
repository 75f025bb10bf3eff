#include "worker/nn/kernels/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace musicfleet::nn::kernels {
namespace {

// Those that this processor runs.
std::vector<const Table*> levels() {
  std::vector<const Table*> runnable{&kBaseline};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) runnable.push_back(&kAvx2);
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    runnable.push_back(&kAvx512);
#endif
  return runnable;
}

double exact(float x, float frequency, float magnitude) {
  const double sine = std::sin(static_cast<double>(x * frequency));
  return static_cast<double>(x) + sine * sine * static_cast<double>(magnitude);
}

std::vector<float> random_numbers(std::size_t count, float lowest, float highest) {
  std::mt19937 generator(7);
  std::uniform_real_distribution<float> distribution(lowest, highest);
  std::vector<float> numbers(count);
  for (float& number : numbers) number = distribution(generator);
  return numbers;
}

Bf16 bf16(float x) {  // cut off, not rounded: an input needs no more
  return {static_cast<std::uint16_t>(__builtin_bit_cast(std::uint32_t, x) >> 16)};
}
float wide(Bf16 x) { return __builtin_bit_cast(float, static_cast<std::uint32_t>(x.bits) << 16); }

TEST(SnakeRows, IsWithinItsBoundOfTheFormulaForOddSizesAndLargeAngles) {
  for (const Table* level : levels()) {
    for (const std::int64_t channels : {1, 7, 16, 128, 131}) {
      constexpr std::int64_t kRows = 37;
      for (const float range : {0.01F, 3.0F, 100.0F, 60000.0F}) {
        const auto x = random_numbers(static_cast<std::size_t>(kRows * channels), -range, range);
        const auto frequency = random_numbers(static_cast<std::size_t>(channels), 0.5F, 1.0F);
        const auto magnitude = random_numbers(static_cast<std::size_t>(channels), 0.1F, 4.0F);
        std::vector<float> y(x.size());
        level->snake_f32(x.data(), y.data(), kRows, channels, frequency.data(), magnitude.data());
        for (std::size_t i = 0; i < x.size(); ++i) {
          const std::size_t channel = i % static_cast<std::size_t>(channels);
          const double wanted = exact(x[i], frequency[channel], magnitude[channel]);
          // The bound of sin², and the rounding of the sum.
          const double allowed = 4e-7 * static_cast<double>(magnitude[channel]) + std::abs(wanted) * 6e-8;
          ASSERT_NEAR(static_cast<double>(y[i]), wanted, allowed) << level->level << " of " << x[i];
        }
      }
    }
  }
}

TEST(SnakeRows, RoundsBf16OnceAndToNearest) {
  constexpr std::int64_t kChannels = 33, kRows = 50;
  const auto numbers = random_numbers(kChannels * kRows, -4.0F, 4.0F);
  const auto frequency = random_numbers(kChannels, 0.5F, 3.0F),
             magnitude = random_numbers(kChannels, 0.1F, 4.0F);
  for (const Table* level : levels()) {
    std::vector<Bf16> x, y(numbers.size());
    for (const float number : numbers) x.push_back(bf16(number));
    level->snake_bf16(x.data(), y.data(), kRows, kChannels, frequency.data(), magnitude.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double wanted = exact(wide(x[i]), frequency[i % kChannels], magnitude[i % kChannels]);
      // bf16 keeps eight bits: half a unit in the last place is 2^-9 of the power of two below, and what fp32
      // adds.
      const double unit = std::exp2(std::floor(std::log2(std::max(std::abs(wanted), 1e-30))) - 8);
      ASSERT_NEAR(static_cast<double>(wide(y[i])), wanted, unit + 1e-6) << level->level;
    }
  }
}

TEST(SnakeRows, WorksInPlace) {
  for (const Table* level : levels()) {
    auto numbers = random_numbers(64, -2.0F, 2.0F);
    const auto before = numbers;
    const std::vector<float> ones(32, 1.0F);
    level->snake_f32(numbers.data(), numbers.data(), 2, 32, ones.data(), ones.data());
    for (std::size_t i = 0; i < numbers.size(); ++i)
      ASSERT_NEAR(static_cast<double>(numbers[i]), exact(before[i], 1, 1), 1e-6);
  }
}

TEST(SnakeRows, StaysBesideItsInputForAnglesWithoutAPhaseAndKeepsNaN) {
  for (const Table* level : levels()) {
    const std::vector<float> x{1e30F, -1e30F, std::numeric_limits<float>::quiet_NaN()}, ones(3, 1.0F);
    std::vector<float> y(3);
    level->snake_f32(x.data(), y.data(), 1, 3, ones.data(), ones.data());
    EXPECT_EQ(y[0], 1e30F);
    EXPECT_EQ(y[1], -1e30F);
    EXPECT_TRUE(std::isnan(y[2])) << level->level;
    std::vector<Bf16> narrow{Bf16{0x7fc0}}, out(1);
    level->snake_bf16(narrow.data(), out.data(), 1, 1, ones.data(), ones.data());
    EXPECT_TRUE(std::isnan(wide(out[0]))) << level->level;
  }
}

TEST(Table, NamesTheLevelThatItChose) { EXPECT_THAT(levels(), ::testing::Contains(&table())); }

}  // namespace
}  // namespace musicfleet::nn::kernels
