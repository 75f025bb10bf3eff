// Compiled once per instruction set, with MUSICFLEET_LEVEL naming the table that it makes. Nothing from the
// standard library is called: the linker could hand a function that was compiled for AVX-512 to everyone
// else.
#include "worker/nn/kernels/number.h"
#include "worker/nn/kernels/table.h"

namespace musicfleet::nn::kernels {
namespace {

// sin²(angle); see SnakeRows for the method.
inline float squared_sine(float angle) {
  constexpr float kInversePi = 0x1.45f306p-2F;
  // π in three parts, of which the first two have so few bits that their products with `turns` are exact.
  constexpr float kPiHigh = 0x1.92p+1F, kPiMiddle = 0x1.fbp-11F, kPiLow = 0x1.5110b4p-21F;
  constexpr float kRound = 0x1.8p+23F;  // adding and subtracting it rounds to an integer
  constexpr float kHalfPi = 0x1.921fb6p+0F;
  const float turns = (angle * kInversePi + kRound) - kRound;
  float r = ((angle - turns * kPiHigh) - turns * kPiMiddle) - turns * kPiLow;
  r = r > kHalfPi ? kHalfPi : r;
  r = r < -kHalfPi ? -kHalfPi : r;
  const float t = r * r;
  const float p = -0x1.55553cp-3F + t * (0x1.110d6ep-7F + t * (-0x1.9f4142p-13F + t * 0x1.5bb082p-19F));
  const float sine = r + r * (t * p);
  return sine * sine;
}

template <class Number>
void snake_rows(const Number* x, Number* y, std::int64_t rows, std::int64_t channels, const float* frequency,
                const float* magnitude) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, y += channels) {
#ifndef __clang__
#pragma GCC ivdep
#endif
    for (std::int64_t i = 0; i < channels; ++i) {
      const float value = wide(x[i]);
      store(y[i], value + squared_sine(value * frequency[i]) * magnitude[i]);
    }
  }
}

}  // namespace

extern const Table MUSICFLEET_TABLE;
const Table MUSICFLEET_TABLE{
    .level = MUSICFLEET_LEVEL, .snake_f32 = snake_rows<float>, .snake_bf16 = snake_rows<Bf16>};

}  // namespace musicfleet::nn::kernels
