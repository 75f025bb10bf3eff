// Weight-normalised 1-D convolutions (arXiv:1602.07868) with the norm folded into the weight at load.
//
// On the CPU a convolution of stride 1 computes over rows, time going down and channels across, with a packed
// weight (packed.h): is_packed() says whether it does. What goes around the rows is its caller's to add, so
// that a long sequence can be cut anywhere. Elsewhere it computes [batch, channels, length] as libtorch does.
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

  bool is_packed() const { return weight_.is_mkldnn(); }
  // Rows that an output row reaches to each side.
  std::int64_t reach() const { return shape_.padding; }
  std::int64_t channels() const { return shape_.out; }
  // x: [rows, in] → [rows − 2·reach(), out]
  at::Tensor rows(const at::Tensor& x) const;

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

  bool is_packed() const { return weight_.is_mkldnn(); }
  // Where kernel = 2·stride each output row is a sum over two neighbouring input rows. x: [rows, in] → [(rows
  // − 1)·stride, out], of which row 0 is the first that sees x's rows 0 and 1. In a sequence with a zero row
  // before and after it, output row 0 comes out as row `padding()`.
  at::Tensor rows(const at::Tensor& x) const;
  std::int64_t stride() const { return shape_.stride; }
  std::int64_t padding() const { return shape_.padding; }
  std::int64_t length_of(std::int64_t length) const {
    return (length - 1) * shape_.stride - 2 * shape_.padding + shape_.kernel;
  }

 private:
  ConvolutionShape shape_;
  at::Tensor weight_;  // [in, out, kernel]
  at::Tensor bias_;
};

}  // namespace musicfleet::nn
