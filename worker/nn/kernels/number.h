// How the kernels read and write numbers: fp32 as it is, bf16 widened and rounded to nearest even. For
// lanes.cc alone: everything here is compiled anew for each instruction set, so nothing may be shared by the
// linker.
#pragma once

#include "worker/nn/kernels/table.h"

#include <cstdint>

namespace musicfleet::nn::kernels {
namespace {

[[maybe_unused]] inline float wide(float x) { return x; }
[[maybe_unused]] inline float wide(Bf16 x) {
  return __builtin_bit_cast(float, static_cast<std::uint32_t>(x.bits) << 16);
}

[[maybe_unused]] inline void store(float& out, float x) { out = x; }
[[maybe_unused]] inline void store(Bf16& out, float x) {
  const auto bits = __builtin_bit_cast(std::uint32_t, x);
  const std::uint32_t rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
  out.bits = static_cast<std::uint16_t>(x == x ? rounded : 0x7fc0U);
}

}  // namespace
}  // namespace musicfleet::nn::kernels
