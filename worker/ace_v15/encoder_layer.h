// One pre-norm transformer layer, the same in the text encoder (Qwen3) and in the condition encoder's stacks
// but for the names of its attention's tensors. Immutable, any thread.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/nn/attention.h"
#include "worker/nn/gated_mlp.h"
#include "worker/nn/rms_norm.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::ace_v15 {

// The part of a StackConfig that attention needs.
nn::AttentionShape attention_shape(const StackConfig& config);

class EncoderLayer {
 public:
  EncoderLayer(const nn::Weights& weights, const StackConfig& config, const nn::AttentionNames& names);

  // x: [batch, length, hidden] → the same.
  at::Tensor operator()(const at::Tensor& x, const nn::RotaryTable& rotary,
                        const nn::AttentionMask& mask) const;

 private:
  nn::RmsNorm input_layernorm_;
  nn::Attention self_attn_;
  nn::RmsNorm post_attention_layernorm_;
  nn::GatedMlp mlp_;
};

}  // namespace musicfleet::ace_v15
