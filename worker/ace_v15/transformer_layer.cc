#include "worker/ace_v15/transformer_layer.h"

#include "worker/ace_v15/encoder_layer.h"

#include <ATen/TensorOperators.h>

namespace musicfleet::ace_v15 {

TransformerLayer::TransformerLayer(const nn::Weights& weights, const TransformerConfig& config)
    : scale_shift_table_(weights.tensor("scale_shift_table", {1, 6, config.hidden_size})),
      self_attn_norm_(weights, "self_attn_norm", config.hidden_size, config.rms_norm_eps),
      self_attn_(weights.scope("self_attn"), attention_shape(config), nn::kDiffusersAttentionNames),
      cross_attn_norm_(weights, "cross_attn_norm", config.hidden_size, config.rms_norm_eps),
      cross_attn_(weights.scope("cross_attn"), attention_shape(config), nn::kDiffusersAttentionNames),
      mlp_norm_(weights, "mlp_norm", config.hidden_size, config.rms_norm_eps),
      mlp_(weights.scope("mlp"), config.hidden_size, config.intermediate_size) {}

nn::KeyValue TransformerLayer::condition(const at::Tensor& embedded) const {
  return cross_attn_.key_value(embedded, nullptr);
}

at::Tensor TransformerLayer::operator()(const at::Tensor& hidden, const at::Tensor& time,
                                        const nn::KeyValue& condition, const nn::RotaryTable& rotary,
                                        const nn::AttentionMask& mask, const nn::Probe* probe) const {
  const std::vector<at::Tensor> modulation = (scale_shift_table_ + time).split(1, 1);
  const at::Tensor &shift_a = modulation[0], &scale_a = modulation[1], &gate_a = modulation[2];
  const at::Tensor &shift_m = modulation[3], &scale_m = modulation[4], &gate_m = modulation[5];

  at::Tensor normed = self_attn_norm_(hidden) * (1 + scale_a) + shift_a;
  const at::Tensor self = self_attn_(normed, &rotary, mask);
  nn::show(probe, "self_attn", self);
  at::Tensor x = hidden + self * gate_a;

  const at::Tensor cross = cross_attn_.attend(cross_attn_norm_(x), condition, nullptr, {});
  nn::show(probe, "cross_attn", cross);
  x = x + cross;

  normed = mlp_norm_(x) * (1 + scale_m) + shift_m;
  const at::Tensor fed = mlp_(normed);
  nn::show(probe, "mlp", fed);
  return x + fed * gate_m;
}

}  // namespace musicfleet::ace_v15
