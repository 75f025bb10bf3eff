// Weight-normalised 1-D convolutions (arXiv:1602.07868) with the norm folded into the weight at load.
// Immutable, any thread.
#pragma once

#include "worker/nn/linear.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::nn {

struct ConvolutionShape {
  std::int64_t in = 0, out = 0, kernel = 1, stride = 1, padding = 0, dilation = 1;
  Bias bias = Bias::kPresent;
};

// g · v / ‖v‖ with the norm over all dimensions but the first, of either spelling that checkpoints use:
// weight_g and weight_v, or parametrizations.weight.original0 and original1. shape: of v.
at::Tensor folded_weight(const Weights& weights, at::IntArrayRef shape);

class Conv1d {
 public:
  Conv1d(const Weights& weights, const ConvolutionShape& shape);

  // x: [batch, in, length] → [batch, out, (length + 2·padding − dilation·(kernel − 1) − 1) / stride + 1]
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  ConvolutionShape shape_;
  at::Tensor weight_;  // [out, in, kernel]
  at::Tensor bias_;
};

class ConvTranspose1d {
 public:
  ConvTranspose1d(const Weights& weights, const ConvolutionShape& shape);

  // x: [batch, in, length] → [batch, out, (length − 1)·stride − 2·padding + kernel]
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  ConvolutionShape shape_;
  at::Tensor weight_;  // [in, out, kernel]
  at::Tensor bias_;
};

}  // namespace musicfleet::nn
