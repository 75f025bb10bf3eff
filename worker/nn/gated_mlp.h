// SwiGLU feed-forward layer (arXiv:2002.05202): down(silu(gate(x)) · up(x)). Immutable, any thread.
#pragma once

#include "worker/nn/linear.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::nn {

class GatedMlp {
 public:
  // Binds gate_proj, up_proj [inner, width] and down_proj [width, inner], without biases.
  GatedMlp(const Weights& weights, std::int64_t width, std::int64_t inner);

  // x: [..., width]
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  Linear gate_proj_, up_proj_, down_proj_;
};

}  // namespace musicfleet::nn
