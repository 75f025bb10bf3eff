#include "worker/nn/rotary.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/sin.h>

namespace musicfleet::nn {

RotaryTable::RotaryTable(std::int64_t length, std::int64_t head_dim, double theta, at::Device device,
                         at::ScalarType type) {
  const at::Tensor exponents = at::arange(0, head_dim, 2, at::kFloat) / static_cast<double>(head_dim);
  const at::Tensor frequencies = 1.0 / at::pow(theta, exponents);
  const at::Tensor angles = at::outer(at::arange(length, at::kFloat), frequencies);  // [length, head_dim / 2]
  const at::Tensor cos = at::cos(angles), sin = at::sin(angles);
  const auto rounded = [&](const at::Tensor& t) { return t.to(type).to(device, at::kFloat); };
  cos_ = rounded(at::cat({cos, cos}, -1));
  // rotate_half(x)·sin = (−x2, x1)·(sin, sin) = (x2, x1)·(−sin, sin)
  sin_ = rounded(at::cat({-sin, sin}, -1));
}

at::Tensor RotaryTable::rotate(const at::Tensor& x) const {
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor swapped = at::roll(wide, {wide.size(-1) / 2}, {-1});
  return (wide * cos_).addcmul_(swapped, sin_).to(x.scalar_type());
}

}  // namespace musicfleet::nn
