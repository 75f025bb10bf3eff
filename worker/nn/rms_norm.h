// Root-mean-square normalisation (arXiv:1910.07467): statistics in fp32 whatever the input's type, the result
// cast to the input's type before the learned scale. Immutable, any thread.
#pragma once

#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

#include <string_view>

namespace musicfleet::nn {

class RmsNorm {
 public:
  // Binds `name`.weight [width].
  RmsNorm(const Weights& weights, std::string_view name, std::int64_t width, double epsilon);

  // x: [..., width], normalised over the last dimension.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  double epsilon_;
};

}  // namespace musicfleet::nn
