#include "worker/nn/rms_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/square.h>

namespace musicfleet::nn {

RmsNorm::RmsNorm(const Weights& weights, std::string_view name, std::int64_t width, double epsilon)
    : weight_(weights.scope(name).tensor("weight", {width})), epsilon_(epsilon) {}

at::Tensor RmsNorm::operator()(const at::Tensor& x) const {
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor variance = at::mean(at::square(wide), {-1}, /*keepdim=*/true);
  return (wide * at::rsqrt(variance.add_(epsilon_))).to(x.scalar_type()).mul_(weight_);
}

}  // namespace musicfleet::nn
