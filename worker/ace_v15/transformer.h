// The diffusion transformer (diffusers, AceStepTransformer1DModel): predicts the velocity of noisy latents at
// a timestep, given conditions and context. What does not change between solver steps (embedded conditions,
// cross-attention keys and values, the patched context, rotary table, masks, the embedding of t − r = 0) is
// computed once a song by prepare(). Immutable, any thread.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/ace_v15/timestep_embedding.h"
#include "worker/ace_v15/transformer_layer.h"
#include "worker/nn/linear.h"
#include "worker/nn/probe.h"
#include "worker/nn/rms_norm.h"
#include "worker/nn/rotary.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace musicfleet::ace_v15 {

class Transformer {
 public:
  Transformer(const nn::Weights& weights, const TransformerConfig& config);

  // Everything about a song that its solver steps share.
  struct Song {
    std::int64_t frames = 0;               // latent frames, before patching
    at::Tensor context_patches;            // [batch, tokens, hidden]
    std::vector<nn::KeyValue> conditions;  // a layer each
    nn::RotaryTable rotary;
    nn::AttentionMask sliding;
  };

  // conditions: [batch, length, encoder_hidden]; context: [batch, frames, 2·latent], source then mask.
  Song prepare(const at::Tensor& conditions, const at::Tensor& context,
               const nn::Probe* probe = nullptr) const;

  // x: noisy latents [batch, frames, latent]; t: [batch] or [1] → velocity [batch, frames, latent].
  at::Tensor velocity(const Song& song, const at::Tensor& x, const at::Tensor& t,
                      const nn::Probe* probe = nullptr) const;
  // The same for a step that ends at r ≠ t.
  at::Tensor velocity(const Song& song, const at::Tensor& x, const at::Tensor& t, const at::Tensor& r,
                      const nn::Probe* probe = nullptr) const;

  const TransformerConfig& config() const { return config_; }
  at::ScalarType type() const { return scale_shift_table_.scalar_type(); }
  at::Device device() const { return scale_shift_table_.device(); }

 private:
  at::Tensor patches(const at::Tensor& frames, const at::Tensor& weight, const at::Tensor& bias) const;
  at::Tensor run(const Song& song, const at::Tensor& x, const TimestepEmbedding::Output& t,
                 const TimestepEmbedding::Output& r, const nn::Probe* probe) const;

  TransformerConfig config_;
  at::Tensor proj_in_context_;  // [hidden, 2·latent, patch]: the part of proj_in_conv that sees the context
  at::Tensor proj_in_noise_;    // [hidden, latent, patch]: the part that sees the noisy latents
  at::Tensor proj_in_bias_;     // [hidden]
  TimestepEmbedding time_embed_, time_embed_r_;
  TimestepEmbedding::Output time_r_zero_;  // of t − r = 0
  nn::Linear condition_embedder_;
  std::vector<TransformerLayer> layers_;
  nn::RmsNorm norm_out_;
  at::Tensor scale_shift_table_;  // [1, 2, hidden]
  at::Tensor proj_out_weight_;    // [hidden, latent, patch]
  at::Tensor proj_out_bias_;      // [latent]
};

}  // namespace musicfleet::ace_v15
