#include "worker/ace_v15/transformer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/conv_transpose1d.h>
#include <ATen/ops/zeros.h>

namespace musicfleet::ace_v15 {

Transformer::Transformer(const nn::Weights& weights, const TransformerConfig& config)
    : config_(config),
      proj_in_bias_(weights.tensor("proj_in_conv.bias", {config.hidden_size})),
      time_embed_(weights.scope("time_embed"), config.hidden_size),
      time_embed_r_(weights.scope("time_embed_r"), config.hidden_size),
      condition_embedder_(weights.scope("condition_embedder"), config.encoder_hidden_size, config.hidden_size,
                          nn::Bias::kPresent),
      norm_out_(weights, "norm_out", config.hidden_size, config.rms_norm_eps),
      scale_shift_table_(weights.tensor("scale_shift_table", {1, 2, config.hidden_size})),
      proj_out_weight_(weights.tensor(
          "proj_out_conv.weight", {config.hidden_size, config.audio_acoustic_hidden_dim, config.patch_size})),
      proj_out_bias_(weights.tensor("proj_out_conv.bias", {config.audio_acoustic_hidden_dim})) {
  // A convolution is linear in its channels: the context's share is computed once a song, the noise's every
  // step.
  const at::Tensor proj_in =
      weights.tensor("proj_in_conv.weight", {config.hidden_size, config.in_channels, config.patch_size});
  const std::int64_t context = config.in_channels - config.audio_acoustic_hidden_dim;
  proj_in_context_ = proj_in.narrow(1, 0, context).contiguous();
  proj_in_noise_ = proj_in.narrow(1, context, config.audio_acoustic_hidden_dim).contiguous();
  layers_.reserve(static_cast<std::size_t>(config.num_hidden_layers));
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i)
    layers_.emplace_back(weights.scope("layers").scope(i), config);
  if (!scale_shift_table_.is_meta())
    time_r_zero_ = time_embed_r_(at::zeros({1}, scale_shift_table_.options()), type());
}

at::Tensor Transformer::patches(const at::Tensor& frames, const at::Tensor& weight,
                                const at::Tensor& bias) const {
  const std::int64_t missing =
      (config_.patch_size - frames.size(1) % config_.patch_size) % config_.patch_size;
  const at::Tensor whole = missing == 0 ? frames : at::constant_pad_nd(frames, {0, 0, 0, missing});
  return at::conv1d(whole.transpose(1, 2), weight, bias, config_.patch_size).transpose(1, 2);
}

Transformer::Song Transformer::prepare(const at::Tensor& conditions, const at::Tensor& context,
                                       const nn::Probe* probe) const {
  const at::Tensor embedded = condition_embedder_(conditions);
  nn::show(probe, "cond_embedded", embedded);
  const std::int64_t tokens = (context.size(1) + config_.patch_size - 1) / config_.patch_size;
  Song song{.frames = context.size(1),
            .context_patches = patches(context, proj_in_context_, proj_in_bias_),
            .conditions = {},
            .rotary = nn::RotaryTable(tokens, config_.head_dim, config_.rope_theta, device(), type()),
            .sliding = {.allowed = nn::band_mask(tokens, config_.sliding_window, device()), .causal = false}};
  song.conditions.reserve(layers_.size());
  for (const TransformerLayer& layer : layers_) song.conditions.push_back(layer.condition(embedded));
  return song;
}

at::Tensor Transformer::velocity(const Song& song, const at::Tensor& x, const at::Tensor& t,
                                 const nn::Probe* probe) const {
  return run(song, x, time_embed_(t, type()), time_r_zero_, probe);
}

at::Tensor Transformer::velocity(const Song& song, const at::Tensor& x, const at::Tensor& t,
                                 const at::Tensor& r, const nn::Probe* probe) const {
  return run(song, x, time_embed_(t, type()), time_embed_r_(t - r, type()), probe);
}

at::Tensor Transformer::run(const Song& song, const at::Tensor& x, const TimestepEmbedding::Output& t,
                            const TimestepEmbedding::Output& r, const nn::Probe* probe) const {
  nn::show(probe, "sinusoid_t", t.sinusoid);
  nn::show(probe, "temb_t", t.embedding);
  nn::show(probe, "proj_t", t.projection);
  nn::show(probe, "temb_r", r.embedding);
  nn::show(probe, "proj_r", r.projection);
  const at::Tensor embedding = t.embedding + r.embedding;     // [batch or 1, hidden]
  const at::Tensor projection = t.projection + r.projection;  // [batch or 1, 6, hidden]

  at::Tensor hidden = song.context_patches + patches(x, proj_in_noise_, {});
  nn::show(probe, "patched", hidden);
  const nn::AttentionMask everything;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const nn::Probe inner = [probe, i](std::string_view name, const at::Tensor& value) {
      nn::show(probe, concat("layer", i, "_", name), value);
    };
    const bool sliding = config_.layer_types[i] == LayerType::kSlidingAttention;
    hidden = layers_[i](hidden, projection, song.conditions[i], song.rotary,
                        sliding ? song.sliding : everything, probe == nullptr ? nullptr : &inner);
    if (probe != nullptr) inner("out", hidden);
  }

  const std::vector<at::Tensor> modulation = (scale_shift_table_ + embedding.unsqueeze(1)).split(1, 1);
  hidden = norm_out_(hidden) * (1 + modulation[1]) + modulation[0];
  const at::Tensor out =
      at::conv_transpose1d(hidden.transpose(1, 2), proj_out_weight_, proj_out_bias_, config_.patch_size);
  return out.transpose(1, 2).narrow(1, 0, song.frames);
}

}  // namespace musicfleet::ace_v15
