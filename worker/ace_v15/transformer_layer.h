// One layer of the DiT (diffusers, AceStepTransformerBlock): self-attention and feed-forward modulated by the
// timestep (AdaLN, arXiv:2212.09748), cross-attention to the conditions in between. Immutable, any thread.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/nn/attention.h"
#include "worker/nn/gated_mlp.h"
#include "worker/nn/probe.h"
#include "worker/nn/rms_norm.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::ace_v15 {

class TransformerLayer {
 public:
  TransformerLayer(const nn::Weights& weights, const TransformerConfig& config);

  // Keys and values of the embedded conditions [batch, length, hidden]: the same for every solver step.
  nn::KeyValue condition(const at::Tensor& embedded) const;
  // hidden: [batch, tokens, hidden]; time: [batch or 1, 6, hidden] → [batch, tokens, hidden].
  at::Tensor operator()(const at::Tensor& hidden, const at::Tensor& time, const nn::KeyValue& condition,
                        const nn::RotaryTable& rotary, const nn::AttentionMask& mask,
                        const nn::Probe* probe) const;

 private:
  at::Tensor scale_shift_table_;  // [1, 6, hidden]
  nn::RmsNorm self_attn_norm_;
  nn::Attention self_attn_;
  nn::RmsNorm cross_attn_norm_;
  nn::Attention cross_attn_;
  nn::RmsNorm mlp_norm_;
  nn::GatedMlp mlp_;
};

}  // namespace musicfleet::ace_v15
