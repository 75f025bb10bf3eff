// Widths and constants of an ACE-Step 1.5 checkpoint, read from the config.json of each component (diffusers
// layout). Nothing is assumed that a file says. Plain data, any thread.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace musicfleet::ace_v15 {

// What every transformer of the family has.
struct StackConfig {
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t head_dim = 0;
  double rope_theta = 0;
  double rms_norm_eps = 0;
  bool attention_bias = false;
};

// text_encoder/: transformers' Qwen3Config.
struct TextEncoderConfig : StackConfig {
  std::int64_t vocab_size = 0;
  std::int64_t num_hidden_layers = 0;

  static Result<TextEncoderConfig> read(const std::filesystem::path& folder);
};

enum class LayerType { kSlidingAttention, kFullAttention };

// condition_encoder/
struct ConditionEncoderConfig : StackConfig {
  std::int64_t num_lyric_encoder_hidden_layers = 0;
  std::int64_t num_timbre_encoder_hidden_layers = 0;
  std::int64_t sliding_window = 0;
  std::int64_t text_hidden_dim = 0;
  std::int64_t timbre_hidden_dim = 0;
  std::vector<LayerType> layer_types;  // as many as the longer of the two encoders has layers

  static Result<ConditionEncoderConfig> read(const std::filesystem::path& folder);
};

// transformer/: the DiT.
struct TransformerConfig : StackConfig {
  std::int64_t num_hidden_layers = 0;
  std::int64_t in_channels = 0;                // source, mask and noisy latents
  std::int64_t audio_acoustic_hidden_dim = 0;  // channels of one latent
  std::int64_t patch_size = 0;
  std::int64_t sliding_window = 0;
  std::int64_t encoder_hidden_size = 0;
  std::vector<LayerType> layer_types;
  bool is_turbo = false;

  static Result<TransformerConfig> read(const std::filesystem::path& folder);
};

// vae/: AutoencoderOobleck.
struct VaeConfig {
  std::int64_t audio_channels = 0;
  std::int64_t decoder_channels = 0;
  std::int64_t decoder_input_channels = 0;
  std::vector<std::int64_t> channel_multiples;
  std::vector<std::int64_t> downsampling_ratios;
  int sampling_rate = 0;

  // Audio samples of one latent frame.
  std::int64_t hop() const;
  // Latent frames a second.
  double frame_rate() const { return static_cast<double>(sampling_rate) / static_cast<double>(hop()); }

  static Result<VaeConfig> read(const std::filesystem::path& folder);
};

}  // namespace musicfleet::ace_v15
