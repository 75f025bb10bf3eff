// The Snake activation (arXiv:2006.08195) with learned frequency and magnitude in logarithmic form:
// y = x + sin²(exp(α)·x) / (exp(β) + 1e−9), a pair (α, β) a channel. Immutable, any thread.
#pragma once

#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::nn {

class Snake {
 public:
  // Binds "alpha" and "beta" [1, channels, 1].
  Snake(const Weights& weights, std::int64_t channels);

  // x: [batch, channels, length]
  at::Tensor operator()(const at::Tensor& x) const;
  // x: [rows, channels], contiguous, fp32 or bf16 on the CPU → [above + rows + below, channels], zeros
  // around: what a convolution that pads needs. On the calling thread.
  at::Tensor rows(const at::Tensor& x, std::int64_t above, std::int64_t below) const;

 private:
  at::Tensor frequency_;                                // exp(α), [1, channels, 1]
  at::Tensor inverse_magnitude_;                        // 1 / (exp(β) + 1e−9), [1, channels, 1]
  at::Tensor wide_frequency_, wide_inverse_magnitude_;  // the same in fp32
};

}  // namespace musicfleet::nn
