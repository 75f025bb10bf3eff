#include "worker/nn/convolution.h"

#include "worker/nn/packed.h"

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
  const bool centred = 2 * shape.padding == shape.dilation * (shape.kernel - 1);
  if (packable(weight_) && shape.stride == 1 && centred) weight_ = pack_convolution(weight_, shape.dilation);
}

at::Tensor Conv1d::rows(const at::Tensor& x) const {
  return packed_convolution(x, weight_, bias_, shape_.dilation);
}

at::Tensor Conv1d::operator()(const at::Tensor& x) const {
  return at::conv1d(x, weight_, bias_, shape_.stride, shape_.padding, shape_.dilation);
}

ConvTranspose1d::ConvTranspose1d(const Weights& weights, const ConvolutionShape& shape)
    : shape_(shape), weight_(folded_weight(weights, {shape.in, shape.out, shape.kernel})) {
  if (shape.bias == Bias::kPresent) bias_ = weights.tensor("bias", {shape.out});
  if (!packable(weight_) || shape.kernel != 2 * shape.stride) return;
  // Output row i·stride + r takes tap r of input row i and tap r + stride of input row i − 1: a convolution
  // of two taps to stride · out channels, whose rows are the output's rows one after the other.
  const at::Tensor taps = weight_.view({shape.in, shape.out, 2, shape.stride}).flip(2).permute({3, 1, 0, 2});
  weight_ = pack_convolution(taps.reshape({shape.stride * shape.out, shape.in, 2}), /*dilation=*/1);
  if (bias_.defined()) bias_ = bias_.repeat(shape.stride);
}

at::Tensor ConvTranspose1d::rows(const at::Tensor& x) const {
  return packed_convolution(x, weight_, bias_, /*dilation=*/1).view({-1, shape_.out});
}

at::Tensor ConvTranspose1d::operator()(const at::Tensor& x) const {
  return at::conv_transpose1d(x, weight_, bias_, shape_.stride, shape_.padding, /*output_padding=*/0,
                              /*groups=*/1, shape_.dilation);
}

}  // namespace musicfleet::nn
