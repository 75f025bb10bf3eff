#include "worker/ace_v15/tiny/tiny_networks.h"

#include <array>
#include <string>

namespace musicfleet::ace_v15::tiny {
namespace {

using nlohmann::json;

struct Stack {
  std::int64_t hidden, inner, heads, kv_heads, head_dim;
};

constexpr std::int64_t kVocabulary = 900;
constexpr std::int64_t kLatent = 16;
constexpr std::int64_t kSilenceFrames = 15000;  // 600 s
constexpr std::int64_t kWindow = 128;
constexpr std::int64_t kTimeChannels = 256;
constexpr Stack kText{.hidden = 64, .inner = 128, .heads = 4, .kv_heads = 2, .head_dim = 16};
constexpr Stack kCondition{.hidden = 64, .inner = 128, .heads = 4, .kv_heads = 2, .head_dim = 16};
constexpr Stack kTransformer{.hidden = 96, .inner = 192, .heads = 6, .kv_heads = 2, .head_dim = 16};
constexpr std::int64_t kTextLayers = 2, kLyricLayers = 2, kTimbreLayers = 2, kTransformerLayers = 4;
constexpr std::int64_t kVaeChannels = 8;
constexpr std::array<std::int64_t, 5> kVaeMultiples{1, 2, 4, 8, 16}, kVaeRatios{2, 4, 4, 6, 10};

// Each component draws from its own sequence: adding a tensor to one leaves the others as they are.
RandomTensors weights_for(std::uint64_t seed, std::uint64_t component) {
  return RandomTensors(seed * 16 + component);
}

json stack_config(const Stack& stack) {
  return {{"hidden_size", stack.hidden},
          {"intermediate_size", stack.inner},
          {"num_attention_heads", stack.heads},
          {"num_key_value_heads", stack.kv_heads},
          {"head_dim", stack.head_dim},
          {"rms_norm_eps", 1e-6},
          {"rope_theta", 1e6},
          {"attention_bias", false},
          {"attention_dropout", 0.0}};
}

void qwen_attention(RandomTensors& w, const std::string& name, const Stack& s) {
  w.weight(name + ".q_proj", {s.heads * s.head_dim, s.hidden});
  w.weight(name + ".k_proj", {s.kv_heads * s.head_dim, s.hidden});
  w.weight(name + ".v_proj", {s.kv_heads * s.head_dim, s.hidden});
  w.weight(name + ".o_proj", {s.hidden, s.heads * s.head_dim});
  w.scale(name + ".q_norm", s.head_dim);
  w.scale(name + ".k_norm", s.head_dim);
}

void attention(RandomTensors& w, const std::string& name, const Stack& s) {
  w.weight(name + ".to_q", {s.heads * s.head_dim, s.hidden});
  w.weight(name + ".to_k", {s.kv_heads * s.head_dim, s.hidden});
  w.weight(name + ".to_v", {s.kv_heads * s.head_dim, s.hidden});
  w.weight(name + ".to_out.0", {s.hidden, s.heads * s.head_dim});
  w.scale(name + ".norm_q", s.head_dim);
  w.scale(name + ".norm_k", s.head_dim);
}

void mlp(RandomTensors& w, const std::string& name, const Stack& s) {
  w.weight(name + ".gate_proj", {s.inner, s.hidden});
  w.weight(name + ".up_proj", {s.inner, s.hidden});
  w.weight(name + ".down_proj", {s.hidden, s.inner});
}

void encoder(RandomTensors& w, const std::string& name, std::int64_t input, std::int64_t layers) {
  w.linear(name + ".embed_tokens", input, kCondition.hidden);
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::string layer = name + ".layers." + std::to_string(i);
    attention(w, layer + ".self_attn", kCondition);
    w.scale(layer + ".input_layernorm", kCondition.hidden);
    w.scale(layer + ".post_attention_layernorm", kCondition.hidden);
    mlp(w, layer + ".mlp", kCondition);
  }
  w.scale(name + ".norm", kCondition.hidden);
}

void time_embedding(RandomTensors& w, const std::string& name, std::int64_t hidden) {
  w.linear(name + ".linear_1", kTimeChannels, hidden);
  w.linear(name + ".linear_2", hidden, hidden);
  w.linear(name + ".time_proj", hidden, 6 * hidden);
}

void residual_units(RandomTensors& w, const std::string& name, std::int64_t channels) {
  for (const char* unit : {".res_unit1", ".res_unit2", ".res_unit3"}) {
    w.snake(name + unit + ".snake1", channels);
    w.convolution(name + unit + ".conv1", channels, channels, 7);
    w.snake(name + unit + ".snake2", channels);
    w.convolution(name + unit + ".conv2", channels, channels, 1);
  }
}

void vae_encoder(RandomTensors& w) {
  constexpr std::int64_t kHidden = 2 * kLatent;  // mean and scale of each latent
  w.convolution("encoder.conv1", 2, kHidden, 7);
  std::int64_t in = kHidden;
  for (std::size_t i = 0; i < kVaeRatios.size(); ++i) {
    const std::string block = "encoder.block." + std::to_string(i);
    const std::int64_t out = kHidden * kVaeMultiples[i];
    residual_units(w, block, in);
    w.snake(block + ".snake1", in);
    w.convolution(block + ".conv1", in, out, 2 * kVaeRatios[i]);
    in = out;
  }
  w.snake("encoder.snake1", in);
  w.convolution("encoder.conv2", in, kHidden, 3);
}

void vae_decoder(RandomTensors& w) {
  std::int64_t in = kVaeChannels * kVaeMultiples.back();
  w.convolution("decoder.conv1", kLatent, in, 7);
  for (std::size_t i = 0; i < kVaeRatios.size(); ++i) {
    const std::size_t depth = kVaeRatios.size() - 1 - i;
    const std::string block = "decoder.block." + std::to_string(i);
    const std::int64_t out = kVaeChannels * (depth == 0 ? 1 : kVaeMultiples[depth - 1]);
    w.snake(block + ".snake1", in);
    w.transposed_convolution(block + ".conv_t1", in, out, kVaeRatios[depth]);
    residual_units(w, block, out);
    in = out;
  }
  w.snake("decoder.snake1", in);
  w.normal("decoder.conv2.weight_g", {2, 1, 1}, 0.05, 0.7);  // the last convolution has no bias
  w.normal("decoder.conv2.weight_v", {2, in, 7}, 1.0);
}

}  // namespace

Component text_encoder(std::uint64_t seed) {
  Component component{stack_config(kText), weights_for(seed, 1)};
  component.config.update({{"architectures", {"Qwen3Model"}},
                           {"model_type", "qwen3"},
                           {"hidden_act", "silu"},
                           {"vocab_size", kVocabulary},
                           {"num_hidden_layers", kTextLayers},
                           {"tie_word_embeddings", true}});
  RandomTensors& w = component.weights;
  w.normal("embed_tokens.weight", {kVocabulary, kText.hidden}, 1.0);
  for (std::int64_t i = 0; i < kTextLayers; ++i) {
    const std::string layer = "layers." + std::to_string(i);
    qwen_attention(w, layer + ".self_attn", kText);
    w.scale(layer + ".input_layernorm", kText.hidden);
    w.scale(layer + ".post_attention_layernorm", kText.hidden);
    mlp(w, layer + ".mlp", kText);
  }
  w.scale("norm", kText.hidden);
  return component;
}

Component condition_encoder(std::uint64_t seed) {
  Component component{stack_config(kCondition), weights_for(seed, 2)};
  component.config.update({{"_class_name", "AceStepConditionEncoder"},
                           {"layer_types", nullptr},
                           {"num_lyric_encoder_hidden_layers", kLyricLayers},
                           {"num_timbre_encoder_hidden_layers", kTimbreLayers},
                           {"sliding_window", kWindow},
                           {"text_hidden_dim", kText.hidden},
                           {"timbre_hidden_dim", kLatent}});
  RandomTensors& w = component.weights;
  w.normal("null_condition_emb", {1, 1, kCondition.hidden}, 1.0);
  w.normal("silence_latent", {1, kSilenceFrames, kLatent}, 0.3);
  w.weight("text_projector", {kCondition.hidden, kText.hidden});
  encoder(w, "lyric_encoder", kText.hidden, kLyricLayers);
  encoder(w, "timbre_encoder", kLatent, kTimbreLayers);
  w.normal("timbre_encoder.special_token", {1, 1, kCondition.hidden}, 1.0);
  return component;
}

Component transformer(std::uint64_t seed) {
  Component component{stack_config(kTransformer), weights_for(seed, 3)};
  component.config.update({{"_class_name", "AceStepTransformer1DModel"},
                           {"audio_acoustic_hidden_dim", kLatent},
                           {"encoder_hidden_size", kCondition.hidden},
                           {"in_channels", 3 * kLatent},
                           {"is_turbo", true},
                           {"layer_types", nullptr},
                           {"model_version", "turbo"},
                           {"num_hidden_layers", kTransformerLayers},
                           {"patch_size", 2},
                           {"sliding_window", kWindow}});
  RandomTensors& w = component.weights;
  const std::int64_t hidden = kTransformer.hidden;
  w.normal("scale_shift_table", {1, 2, hidden}, 0.1);
  w.weight("proj_in_conv", {hidden, 3 * kLatent, 2});
  w.bias("proj_in_conv", hidden);
  w.normal("proj_out_conv.weight", {hidden, kLatent, 2}, 0.1);
  w.bias("proj_out_conv", kLatent);
  time_embedding(w, "time_embed", hidden);
  time_embedding(w, "time_embed_r", hidden);
  w.linear("condition_embedder", kCondition.hidden, hidden);
  w.scale("norm_out", hidden);
  for (std::int64_t i = 0; i < kTransformerLayers; ++i) {
    const std::string layer = "layers." + std::to_string(i);
    w.normal(layer + ".scale_shift_table", {1, 6, hidden}, 0.1);
    for (const char* norm : {".self_attn_norm", ".cross_attn_norm", ".mlp_norm"})
      w.scale(layer + norm, hidden);
    attention(w, layer + ".self_attn", kTransformer);
    attention(w, layer + ".cross_attn", kTransformer);
    mlp(w, layer + ".mlp", kTransformer);
  }
  return component;
}

Component vae(std::uint64_t seed) {
  Component component{{{"_class_name", "AutoencoderOobleck"},
                       {"audio_channels", 2},
                       {"channel_multiples", kVaeMultiples},
                       {"decoder_channels", kVaeChannels},
                       {"decoder_input_channels", kLatent},
                       {"downsampling_ratios", kVaeRatios},
                       {"encoder_hidden_size", 2 * kLatent},
                       {"sampling_rate", 48000}},
                      weights_for(seed, 4)};
  vae_encoder(component.weights);
  vae_decoder(component.weights);
  return component;
}

}  // namespace musicfleet::ace_v15::tiny
