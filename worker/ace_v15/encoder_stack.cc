#include "worker/ace_v15/encoder_stack.h"

#include <ATen/TensorOperators.h>

namespace musicfleet::ace_v15 {

EncoderStack::EncoderStack(const nn::Weights& weights, const StackConfig& config, std::int64_t input,
                           std::int64_t layers, std::int64_t window,
                           const std::vector<LayerType>& layer_types)
    : config_(config),
      window_(window),
      layer_types_(layer_types),
      embed_tokens_(weights.scope("embed_tokens"), input, config.hidden_size, nn::Bias::kPresent),
      norm_(weights, "norm", config.hidden_size, config.rms_norm_eps) {
  layers_.reserve(static_cast<std::size_t>(layers));
  for (std::int64_t i = 0; i < layers; ++i)
    layers_.emplace_back(weights.scope("layers").scope(i), config, nn::kDiffusersAttentionNames);
}

at::Tensor EncoderStack::operator()(const at::Tensor& x, const at::Tensor& key_mask,
                                    const nn::Probe* probe) const {
  at::Tensor hidden = embed_tokens_(x);
  const nn::RotaryTable rotary(x.size(1), config_.head_dim, config_.rope_theta, x.device(),
                               hidden.scalar_type());
  nn::AttentionMask full, sliding;
  sliding.allowed = nn::band_mask(x.size(1), window_, x.device());
  if (key_mask.defined()) {
    const at::Tensor real = key_mask.unsqueeze(1).unsqueeze(1);  // [batch, 1, 1, length]
    const at::Tensor near = sliding.allowed.defined() ? real & sliding.allowed : real;
    full.allowed = nn::additive_mask(real, hidden.scalar_type());
    sliding.allowed = nn::additive_mask(near, hidden.scalar_type());
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool is_sliding = layer_types_[i] == LayerType::kSlidingAttention;
    hidden = layers_[i](hidden, rotary, is_sliding ? sliding : full);
    if (i == 0) nn::show(probe, "layer0_out", hidden);
  }
  return norm_(hidden);
}

}  // namespace musicfleet::ace_v15
