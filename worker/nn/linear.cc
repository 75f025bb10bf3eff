#include "worker/nn/linear.h"

#include "worker/nn/packed.h"

#include <ATen/ops/linear.h>

namespace musicfleet::nn {

Linear::Linear(const Weights& weights, std::int64_t in, std::int64_t out, Bias bias)
    : weight_(weights.tensor("weight", {out, in})) {
  if (bias == Bias::kPresent) bias_ = weights.tensor("bias", {out});
  if (packable(weight_)) weight_ = pack_linear(weight_);
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return weight_.is_mkldnn() ? packed_linear(x, weight_, bias_) : at::linear(x, weight_, bias_);
}

}  // namespace musicfleet::nn
