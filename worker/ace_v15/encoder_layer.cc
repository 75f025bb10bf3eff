#include "worker/ace_v15/encoder_layer.h"

#include <ATen/TensorOperators.h>

namespace musicfleet::ace_v15 {

nn::AttentionShape attention_shape(const StackConfig& config) {
  return {.width = config.hidden_size,
          .heads = config.num_attention_heads,
          .kv_heads = config.num_key_value_heads,
          .head_dim = config.head_dim,
          .norm_epsilon = config.rms_norm_eps,
          .bias = config.attention_bias ? nn::Bias::kPresent : nn::Bias::kNone};
}

EncoderLayer::EncoderLayer(const nn::Weights& weights, const StackConfig& config,
                           const nn::AttentionNames& names)
    : input_layernorm_(weights, "input_layernorm", config.hidden_size, config.rms_norm_eps),
      self_attn_(weights.scope("self_attn"), attention_shape(config), names),
      post_attention_layernorm_(weights, "post_attention_layernorm", config.hidden_size, config.rms_norm_eps),
      mlp_(weights.scope("mlp"), config.hidden_size, config.intermediate_size) {}

at::Tensor EncoderLayer::operator()(const at::Tensor& x, const nn::RotaryTable& rotary,
                                    const nn::AttentionMask& mask) const {
  const at::Tensor attended = x + self_attn_(input_layernorm_(x), &rotary, mask);
  return attended + mlp_(post_attention_layernorm_(attended));
}

}  // namespace musicfleet::ace_v15
