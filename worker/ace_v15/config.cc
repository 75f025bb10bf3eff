#include "worker/ace_v15/config.h"

#include "worker/nn/config_json.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace musicfleet::ace_v15 {
namespace {

using nn::ConfigJson;

Result<ConfigJson> open(const std::filesystem::path& folder) {
  return ConfigJson::read(folder / "config.json");
}

void read_stack(ConfigJson& json, StackConfig& config) {
  config.hidden_size = json.size("hidden_size");
  config.intermediate_size = json.size("intermediate_size");
  config.num_attention_heads = json.size("num_attention_heads");
  config.num_key_value_heads = json.size_or("num_key_value_heads", config.num_attention_heads);
  config.head_dim =
      json.size_or("head_dim", std::max<std::int64_t>(config.hidden_size / config.num_attention_heads, 1));
  // transformers 5 moved the rope base into rope_parameters.
  config.rope_theta = json.positive(json.has("rope_theta")        ? "rope_theta"
                                    : json.has("rope_parameters") ? "rope_parameters.rope_theta"
                                                                  : "rope_theta");
  config.rms_norm_eps = json.positive("rms_norm_eps");
  config.attention_bias = json.flag_or("attention_bias", false);
  if (config.num_attention_heads % config.num_key_value_heads != 0)
    json.note(concat("num_attention_heads ", config.num_attention_heads,
                     " is not a multiple of num_key_value_heads ", config.num_key_value_heads));
  if (config.head_dim % 2 != 0) json.note(concat("head_dim ", config.head_dim, " is odd"));
}

// Where the configuration lists none, even layers look through a window and odd ones at everything.
std::vector<LayerType> read_layer_types(ConfigJson& json, std::int64_t layers) {
  std::vector<LayerType> types;
  for (const std::string& name : json.texts("layer_types")) {
    if (name != "sliding_attention" && name != "full_attention")
      json.note(concat("layer_types has the unknown type '", name, "'"));
    types.push_back(name == "sliding_attention" ? LayerType::kSlidingAttention : LayerType::kFullAttention);
  }
  if (types.empty())
    for (std::int64_t i = 0; i < layers; ++i)
      types.push_back(i % 2 == 0 ? LayerType::kSlidingAttention : LayerType::kFullAttention);
  if (static_cast<std::int64_t>(types.size()) < layers)
    json.note(concat("layer_types has ", types.size(), " entries for ", layers, " layers"));
  types.resize(static_cast<std::size_t>(layers), LayerType::kFullAttention);
  return types;
}

}  // namespace

Result<TextEncoderConfig> TextEncoderConfig::read(const std::filesystem::path& folder) {
  ConfigJson json = MF_TRY(open(folder));
  TextEncoderConfig config;
  read_stack(json, config);
  config.vocab_size = json.size("vocab_size");
  config.num_hidden_layers = json.size("num_hidden_layers");
  if (const std::string act = json.text_or("hidden_act", "silu"); act != "silu")
    json.note(concat("hidden_act '", act, "' is not silu"));
  if (json.flag_or("use_sliding_window", false))
    json.note("use_sliding_window is true, which this encoder does not have");
  MF_CHECK(json.finish());
  return config;
}

Result<ConditionEncoderConfig> ConditionEncoderConfig::read(const std::filesystem::path& folder) {
  ConfigJson json = MF_TRY(open(folder));
  ConditionEncoderConfig config;
  read_stack(json, config);
  config.num_lyric_encoder_hidden_layers = json.size("num_lyric_encoder_hidden_layers");
  config.num_timbre_encoder_hidden_layers = json.size("num_timbre_encoder_hidden_layers");
  config.sliding_window = json.size("sliding_window");
  config.text_hidden_dim = json.size("text_hidden_dim");
  config.timbre_hidden_dim = json.size("timbre_hidden_dim");
  config.layer_types = read_layer_types(
      json, std::max(config.num_lyric_encoder_hidden_layers, config.num_timbre_encoder_hidden_layers));
  MF_CHECK(json.finish());
  return config;
}

Result<TransformerConfig> TransformerConfig::read(const std::filesystem::path& folder) {
  ConfigJson json = MF_TRY(open(folder));
  TransformerConfig config;
  read_stack(json, config);
  config.num_hidden_layers = json.size("num_hidden_layers");
  config.in_channels = json.size("in_channels");
  config.audio_acoustic_hidden_dim = json.size("audio_acoustic_hidden_dim");
  config.patch_size = json.size("patch_size");
  config.sliding_window = json.size("sliding_window");
  config.encoder_hidden_size = json.size_or("encoder_hidden_size", config.hidden_size);
  config.layer_types = read_layer_types(json, config.num_hidden_layers);
  config.is_turbo = json.flag_or("is_turbo", false) || json.text_or("model_version", "") == "turbo";
  if (config.in_channels != 3 * config.audio_acoustic_hidden_dim)
    json.note(concat("in_channels ", config.in_channels, " is not three times audio_acoustic_hidden_dim ",
                     config.audio_acoustic_hidden_dim));
  MF_CHECK(json.finish());
  return config;
}

std::int64_t VaeConfig::hop() const {
  return std::accumulate(downsampling_ratios.begin(), downsampling_ratios.end(), std::int64_t{1},
                         std::multiplies<>());
}

Result<VaeConfig> VaeConfig::read(const std::filesystem::path& folder) {
  ConfigJson json = MF_TRY(open(folder));
  VaeConfig config;
  config.audio_channels = json.size("audio_channels");
  config.decoder_channels = json.size("decoder_channels");
  config.decoder_input_channels = json.size("decoder_input_channels");
  config.channel_multiples = json.sizes("channel_multiples");
  config.downsampling_ratios = json.sizes("downsampling_ratios");
  config.sampling_rate = static_cast<int>(json.size("sampling_rate"));
  if (config.channel_multiples.size() != config.downsampling_ratios.size())
    json.note("channel_multiples and downsampling_ratios differ in length");
  for (const std::int64_t ratio : config.downsampling_ratios) {
    if (ratio > 1'000) json.note(concat("downsampling ratio ", ratio, " is above 1000"));
    // The decoder's up-sampling pads by half a ratio on each side.
    if (ratio % 2 != 0) json.note(concat("downsampling ratio ", ratio, " is odd"));
  }
  MF_CHECK(json.finish());
  return config;
}

}  // namespace musicfleet::ace_v15
