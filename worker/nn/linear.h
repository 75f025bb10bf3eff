// Fully connected layer; on the CPU its weight is packed for oneDNN. Immutable, any thread.
#pragma once

#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::nn {

enum class Bias { kNone, kPresent };

class Linear {
 public:
  // Binds "weight" [out, in] and, if present, "bias" [out].
  Linear(const Weights& weights, std::int64_t in, std::int64_t out, Bias bias);

  // x: [..., in] → [..., out]
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;  // packed where the machine has a use for it
  at::Tensor bias_;    // undefined without one
};

}  // namespace musicfleet::nn
