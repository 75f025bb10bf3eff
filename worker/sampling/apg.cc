#include "worker/sampling/apg.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/linalg_vector_norm.h>

namespace musicfleet::sampling {
namespace {

constexpr double kMomentum = -0.75;
constexpr double kNormThreshold = 2.5;
constexpr double kTinyNorm = 1e-12;

at::Tensor norm_over_time(const at::Tensor& x) {
  return at::linalg_vector_norm(x, 2, at::IntArrayRef{1}, /*keepdim=*/true);
}

}  // namespace

at::Tensor AdaptiveProjectedGuidance::operator()(const at::Tensor& conditional,
                                                 const at::Tensor& unconditional) {
  const at::Tensor difference = conditional - unconditional;
  running_ = running_.defined() ? difference + kMomentum * running_ : difference;
  const at::Tensor bounded = running_ * at::clamp_max(kNormThreshold / norm_over_time(running_), 1.0);

  const at::Tensor wide = bounded.to(at::kDouble);
  at::Tensor direction = conditional.to(at::kDouble);
  direction = direction / at::clamp_min(norm_over_time(direction), kTinyNorm);
  const at::Tensor orthogonal = wide - (wide * direction).sum(1, /*keepdim=*/true) * direction;
  return conditional + (scale_ - 1) * orthogonal.to(conditional.scalar_type());
}

}  // namespace musicfleet::sampling
