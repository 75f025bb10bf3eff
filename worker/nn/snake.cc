#include "worker/nn/snake.h"

#include "worker/nn/kernels/table.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
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
  wide_frequency_ = frequency_.to(at::kFloat).contiguous();
  wide_inverse_magnitude_ = inverse_magnitude_.to(at::kFloat).contiguous();
}

at::Tensor Snake::operator()(const at::Tensor& x) const {
  at::Tensor wave = x * frequency_;
  return wave.sin_().square_().mul_(inverse_magnitude_).add_(x);
}

at::Tensor Snake::rows(const at::Tensor& x, std::int64_t above, std::int64_t below) const {
  const std::int64_t count = x.size(0), channels = x.size(1);
  const at::Tensor out = at::empty({above + count + below, channels}, x.options());
  out.narrow(0, 0, above).zero_();
  out.narrow(0, above + count, below).zero_();
  const float* frequency = wide_frequency_.const_data_ptr<float>();
  const float* magnitude = wide_inverse_magnitude_.const_data_ptr<float>();
  const auto run = [&]<class Number>(kernels::SnakeRows<Number>* kernel) {
    kernel(static_cast<const Number*>(x.const_data_ptr()),
           static_cast<Number*>(out.mutable_data_ptr()) + above * channels, count, channels, frequency,
           magnitude);
  };
  if (x.scalar_type() == at::kBFloat16)
    run(kernels::table().snake_bf16);
  else
    run(kernels::table().snake_f32);
  return out;
}

}  // namespace musicfleet::nn
