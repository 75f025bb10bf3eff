// Turns a timestep into the vectors that modulate the DiT (diffusers, AceStepTimestepEmbedding): a sinusoid
// of 1000·t, two linear layers, and a projection to six vectors a layer. Immutable, any thread.
#pragma once

#include "worker/nn/linear.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::ace_v15 {

class TimestepEmbedding {
 public:
  TimestepEmbedding(const nn::Weights& weights, std::int64_t hidden);

  struct Output {
    at::Tensor sinusoid;    // [batch, width of linear_1]
    at::Tensor embedding;   // [batch, hidden]
    at::Tensor projection;  // [batch, 6, hidden]
  };

  // t: [batch], in the model's type; `type` of the result.
  Output operator()(const at::Tensor& t, at::ScalarType type) const;

 private:
  std::int64_t channels_;  // of the sinusoid
  std::int64_t hidden_;
  nn::Linear linear_1_, linear_2_, time_proj_;
};

}  // namespace musicfleet::ace_v15
