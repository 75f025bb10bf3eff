#include "worker/nn/linear.h"

#include <ATen/ops/linear.h>

namespace musicfleet::nn {

Linear::Linear(const Weights& weights, std::int64_t in, std::int64_t out, Bias bias)
    : weight_(weights.tensor("weight", {out, in})) {
  if (bias == Bias::kPresent) bias_ = weights.tensor("bias", {out});
}

at::Tensor Linear::operator()(const at::Tensor& x) const { return at::linear(x, weight_, bias_); }

}  // namespace musicfleet::nn
