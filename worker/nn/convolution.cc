#include "worker/nn/convolution.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/conv_transpose1d.h>
#include <ATen/ops/linalg_vector_norm.h>

namespace musicfleet::nn {

at::Tensor folded_weight(const Weights& weights, at::IntArrayRef shape) {
  const bool newer = weights.has("parametrizations.weight.original0");
  const at::Tensor g =
      weights.tensor_f32(newer ? "parametrizations.weight.original0" : "weight_g", {shape[0], 1, 1});
  const at::Tensor v = weights.tensor_f32(newer ? "parametrizations.weight.original1" : "weight_v", shape);
  if (g.is_meta() || v.is_meta()) return v;
  return weights.to_store(v * (g / at::linalg_vector_norm(v, 2, at::IntArrayRef{1, 2}, /*keepdim=*/true)));
}

Conv1d::Conv1d(const Weights& weights, const ConvolutionShape& shape)
    : shape_(shape), weight_(folded_weight(weights, {shape.out, shape.in, shape.kernel})) {
  if (shape.bias == Bias::kPresent) bias_ = weights.tensor("bias", {shape.out});
}

at::Tensor Conv1d::operator()(const at::Tensor& x) const {
  return at::conv1d(x, weight_, bias_, shape_.stride, shape_.padding, shape_.dilation);
}

ConvTranspose1d::ConvTranspose1d(const Weights& weights, const ConvolutionShape& shape)
    : shape_(shape), weight_(folded_weight(weights, {shape.in, shape.out, shape.kernel})) {
  if (shape.bias == Bias::kPresent) bias_ = weights.tensor("bias", {shape.out});
}

at::Tensor ConvTranspose1d::operator()(const at::Tensor& x) const {
  return at::conv_transpose1d(x, weight_, bias_, shape_.stride, shape_.padding, /*output_padding=*/0,
                              /*groups=*/1, shape_.dilation);
}

}  // namespace musicfleet::nn
