#include "worker/nn/snake.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/square.h>

namespace musicfleet::nn {

Snake::Snake(const Weights& weights, std::int64_t channels) {
  const at::Tensor alpha = weights.tensor_f32("alpha", {1, channels, 1});
  const at::Tensor beta = weights.tensor_f32("beta", {1, channels, 1});
  if (alpha.is_meta() || beta.is_meta()) return;
  frequency_ = weights.to_store(at::exp(alpha));
  inverse_magnitude_ = weights.to_store(1.0 / (at::exp(beta) + 1e-9));
}

at::Tensor Snake::operator()(const at::Tensor& x) const {
  at::Tensor wave = x * frequency_;
  return wave.sin_().square_().mul_(inverse_magnitude_).add_(x);
}

}  // namespace musicfleet::nn
