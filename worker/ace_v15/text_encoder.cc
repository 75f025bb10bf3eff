#include "worker/ace_v15/text_encoder.h"

#include <ATen/ops/embedding.h>

namespace musicfleet::ace_v15 {

TextEncoder::TextEncoder(const nn::Weights& weights, const TextEncoderConfig& config)
    : config_(config),
      embed_tokens_(weights.tensor("embed_tokens.weight", {config.vocab_size, config.hidden_size})),
      norm_(weights, "norm", config.hidden_size, config.rms_norm_eps) {
  layers_.reserve(static_cast<std::size_t>(config.num_hidden_layers));
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i)
    layers_.emplace_back(weights.scope("layers").scope(i), config, nn::kQwenAttentionNames);
}

at::Tensor TextEncoder::embed(const at::Tensor& ids) const { return at::embedding(embed_tokens_, ids); }

at::Tensor TextEncoder::operator()(const at::Tensor& ids, const nn::Probe* probe) const {
  at::Tensor x = embed(ids);
  nn::show(probe, "embed", x);
  const nn::RotaryTable rotary(ids.size(1), config_.head_dim, config_.rope_theta, x.device(),
                               x.scalar_type());
  const nn::AttentionMask causal{.allowed = {}, .causal = true};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    x = layers_[i](x, rotary, causal);
    if (i == 0) nn::show(probe, "layer0_out", x);
  }
  return norm_(x);
}

}  // namespace musicfleet::ace_v15
