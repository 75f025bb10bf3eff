// Our own inner loops, for what libtorch's operators would do in several passes over memory. The same source
// (lanes.cc) is compiled once per level of the instruction set; table() is the best that this processor runs.
// Numbers are fp32 or bf16 in memory and fp32 in registers; bf16 is rounded once, to nearest even, when it is
// stored. Nothing here knows tensors or threads: callers split the rows. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace musicfleet::nn::kernels {

// A bf16 number as its bits.
struct Bf16 {
  std::uint16_t bits;
};

// y = x + sin²(frequency · x) · magnitude for rows of `channels` numbers, each channel with its own pair. y
// may be x.
//
// The angle is reduced to r in [−π/2, π/2] by subtracting a multiple of π in three parts (sin² has the period
// π), and sin r is an odd polynomial of degree 9 (minimax, |error| < 3.4e−9): for angles below 2^16 sin² is
// within 4e−7 of the exact value. Far beyond, where a float's own spacing exceeds a period, the result is
// only kept within x + [0, 1] · magnitude.
template <class Number>
using SnakeRows = void(const Number* x, Number* y, std::int64_t rows, std::int64_t channels,
                       const float* frequency, const float* magnitude);

struct Table {
  std::string_view level;
  SnakeRows<float>* snake_f32;
  SnakeRows<Bf16>* snake_bf16;
};

// The table of the best level that both the processor and ATEN_CPU_CAPABILITY allow.
const Table& table();
// The levels that this processor runs, from the plainest on.
extern const Table kBaseline;
#ifdef __x86_64__
extern const Table kAvx2;
extern const Table kAvx512;
#endif

}  // namespace musicfleet::nn::kernels
