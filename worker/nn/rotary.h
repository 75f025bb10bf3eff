// Rotary position embedding (arXiv:2104.09864) in the half-split form: element i is rotated with element i +
// D/2. A table is computed once for a length and used by every layer and step. Immutable, any thread.
#pragma once

#include <ATen/core/Tensor.h>

namespace musicfleet::nn {

class RotaryTable {
 public:
  // Positions 0 … length − 1 of a head of `head_dim` (even). The angles are computed in fp32 on the CPU and
  // then rounded to `type`, as the references do.
  RotaryTable(std::int64_t length, std::int64_t head_dim, double theta, at::Device device,
              at::ScalarType type);

  // x: [batch, heads, length, head_dim]; rotated in fp32, returned in x's type.
  at::Tensor rotate(const at::Tensor& x) const;

 private:
  at::Tensor cos_;  // [length, head_dim]
  at::Tensor sin_;  // [length, head_dim], the first half negated
};

}  // namespace musicfleet::nn
