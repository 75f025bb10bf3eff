#include "worker/nn/gated_mlp.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/silu.h>

namespace musicfleet::nn {

GatedMlp::GatedMlp(const Weights& weights, std::int64_t width, std::int64_t inner)
    : gate_proj_(weights.scope("gate_proj"), width, inner, Bias::kNone),
      up_proj_(weights.scope("up_proj"), width, inner, Bias::kNone),
      down_proj_(weights.scope("down_proj"), inner, width, Bias::kNone) {}

at::Tensor GatedMlp::operator()(const at::Tensor& x) const {
  at::Tensor gate = gate_proj_(x);
  return down_proj_(at::silu_(gate).mul_(up_proj_(x)));
}

}  // namespace musicfleet::nn
