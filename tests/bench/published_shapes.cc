#include "tests/bench/published_shapes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>

namespace musicfleet::ace_v15 {
namespace {

constexpr std::int64_t kHeadDim = 128, kKvHeads = 8, kKv = kKvHeads * kHeadDim;
constexpr std::int64_t kEncoder = 2048, kEncoderInner = 6144, kEncoderHeads = 16;

std::vector<LayerType> alternating(std::int64_t layers) {
  std::vector<LayerType> types;
  for (std::int64_t i = 0; i < layers; ++i)
    types.push_back(i % 2 == 0 ? LayerType::kSlidingAttention : LayerType::kFullAttention);
  return types;
}

StackConfig stack(std::int64_t hidden, std::int64_t inner, std::int64_t heads) {
  return {.hidden_size = hidden,
          .intermediate_size = inner,
          .num_attention_heads = heads,
          .num_key_value_heads = kKvHeads,
          .head_dim = kHeadDim,
          .rope_theta = 1e6,
          .rms_norm_eps = 1e-6,
          .attention_bias = false};
}

TransformerConfig transformer(std::int64_t hidden, std::int64_t inner, std::int64_t layers,
                              std::int64_t heads) {
  TransformerConfig config;
  static_cast<StackConfig&>(config) = stack(hidden, inner, heads);
  config.num_hidden_layers = layers;
  config.in_channels = 192;
  config.audio_acoustic_hidden_dim = 64;
  config.patch_size = 2;
  config.sliding_window = 128;
  config.encoder_hidden_size = kEncoder;
  config.layer_types = alternating(layers);
  config.is_turbo = true;
  return config;
}

void linear(TensorShapes& shapes, const std::string& name, std::int64_t in, std::int64_t out) {
  shapes[name + ".weight"] = {out, in};
  shapes[name + ".bias"] = {out};
}

void attention(TensorShapes& shapes, const std::string& name, std::int64_t hidden, std::int64_t heads) {
  shapes[name + ".to_q.weight"] = {heads * kHeadDim, hidden};
  shapes[name + ".to_k.weight"] = {kKv, hidden};
  shapes[name + ".to_v.weight"] = {kKv, hidden};
  shapes[name + ".to_out.0.weight"] = {hidden, heads * kHeadDim};
  shapes[name + ".norm_q.weight"] = {kHeadDim};
  shapes[name + ".norm_k.weight"] = {kHeadDim};
}

void mlp(TensorShapes& shapes, const std::string& name, std::int64_t hidden, std::int64_t inner) {
  shapes[name + ".gate_proj.weight"] = {inner, hidden};
  shapes[name + ".up_proj.weight"] = {inner, hidden};
  shapes[name + ".down_proj.weight"] = {hidden, inner};
}

void snake(TensorShapes& shapes, const std::string& name, std::int64_t channels) {
  shapes[name + ".alpha"] = {1, channels, 1};
  shapes[name + ".beta"] = {1, channels, 1};
}

// first: dimension 0 of weight_v, which weight_g scales.
void convolution(TensorShapes& shapes, const std::string& name, std::int64_t first, std::int64_t second,
                 std::int64_t kernel, std::int64_t out) {
  shapes[name + ".weight_g"] = {first, 1, 1};
  shapes[name + ".weight_v"] = {first, second, kernel};
  shapes[name + ".bias"] = {out};
}

void residual_units(TensorShapes& shapes, const std::string& name, std::int64_t channels) {
  for (const std::string unit : {".res_unit1", ".res_unit2", ".res_unit3"}) {
    snake(shapes, name + unit + ".snake1", channels);
    convolution(shapes, name + unit + ".conv1", channels, channels, 7, channels);
    snake(shapes, name + unit + ".snake2", channels);
    convolution(shapes, name + unit + ".conv2", channels, channels, 1, channels);
  }
}

}  // namespace

TransformerConfig published_2b_transformer() { return transformer(2048, 6144, 24, 16); }
TransformerConfig published_xl_transformer() { return transformer(2560, 9728, 32, 32); }

ConditionEncoderConfig published_condition_encoder() {
  ConditionEncoderConfig config;
  static_cast<StackConfig&>(config) = stack(kEncoder, kEncoderInner, kEncoderHeads);
  config.num_lyric_encoder_hidden_layers = 8;
  config.num_timbre_encoder_hidden_layers = 4;
  config.sliding_window = 128;
  config.text_hidden_dim = 1024;
  config.timbre_hidden_dim = 64;
  config.layer_types = alternating(8);
  return config;
}

TextEncoderConfig published_text_encoder() {
  TextEncoderConfig config;
  static_cast<StackConfig&>(config) = stack(1024, 3072, 16);
  config.vocab_size = 151669;
  config.num_hidden_layers = 28;
  return config;
}

VaeConfig published_vae() {
  return {.audio_channels = 2,
          .decoder_channels = 128,
          .decoder_input_channels = 64,
          .channel_multiples = {1, 2, 4, 8, 16},
          .downsampling_ratios = {2, 4, 4, 6, 10},
          .sampling_rate = 48000};
}

TensorShapes transformer_shapes(std::int64_t hidden, std::int64_t inner, std::int64_t layers,
                                std::int64_t heads) {
  TensorShapes shapes;
  shapes["scale_shift_table"] = {1, 2, hidden};
  shapes["proj_in_conv.weight"] = {hidden, 192, 2};
  shapes["proj_in_conv.bias"] = {hidden};
  shapes["proj_out_conv.weight"] = {hidden, 64, 2};
  shapes["proj_out_conv.bias"] = {64};
  shapes["norm_out.weight"] = {hidden};
  linear(shapes, "condition_embedder", kEncoder, hidden);
  for (const std::string name : {"time_embed", "time_embed_r"}) {
    linear(shapes, name + ".linear_1", 256, hidden);
    linear(shapes, name + ".linear_2", hidden, hidden);
    linear(shapes, name + ".time_proj", hidden, 6 * hidden);
  }
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::string layer = "layers." + std::to_string(i);
    shapes[layer + ".scale_shift_table"] = {1, 6, hidden};
    for (const std::string norm : {".self_attn_norm", ".cross_attn_norm", ".mlp_norm"})
      shapes[layer + norm + ".weight"] = {hidden};
    attention(shapes, layer + ".self_attn", hidden, heads);
    attention(shapes, layer + ".cross_attn", hidden, heads);
    mlp(shapes, layer + ".mlp", hidden, inner);
  }
  return shapes;
}

TensorShapes condition_encoder_shapes() {
  TensorShapes shapes;
  shapes["null_condition_emb"] = {1, 1, kEncoder};
  shapes["silence_latent"] = {1, 15000, 64};
  shapes["text_projector.weight"] = {kEncoder, 1024};
  shapes["timbre_encoder.special_token"] = {1, 1, kEncoder};
  struct Encoder {
    std::string name;
    std::int64_t input, layers;
  };
  for (const Encoder& encoder : {Encoder{"lyric_encoder", 1024, 8}, Encoder{"timbre_encoder", 64, 4}}) {
    linear(shapes, encoder.name + ".embed_tokens", encoder.input, kEncoder);
    shapes[encoder.name + ".norm.weight"] = {kEncoder};
    for (std::int64_t i = 0; i < encoder.layers; ++i) {
      const std::string layer = encoder.name + ".layers." + std::to_string(i);
      attention(shapes, layer + ".self_attn", kEncoder, kEncoderHeads);
      mlp(shapes, layer + ".mlp", kEncoder, kEncoderInner);
      shapes[layer + ".input_layernorm.weight"] = {kEncoder};
      shapes[layer + ".post_attention_layernorm.weight"] = {kEncoder};
    }
  }
  return shapes;
}

TensorShapes text_encoder_shapes() {
  TensorShapes shapes;
  shapes["embed_tokens.weight"] = {151669, 1024};
  shapes["norm.weight"] = {1024};
  for (std::int64_t i = 0; i < 28; ++i) {
    const std::string layer = "layers." + std::to_string(i);
    shapes[layer + ".self_attn.q_proj.weight"] = {2048, 1024};
    shapes[layer + ".self_attn.k_proj.weight"] = {1024, 1024};
    shapes[layer + ".self_attn.v_proj.weight"] = {1024, 1024};
    shapes[layer + ".self_attn.o_proj.weight"] = {1024, 2048};
    shapes[layer + ".self_attn.q_norm.weight"] = {128};
    shapes[layer + ".self_attn.k_norm.weight"] = {128};
    mlp(shapes, layer + ".mlp", 1024, 3072);
    shapes[layer + ".input_layernorm.weight"] = {1024};
    shapes[layer + ".post_attention_layernorm.weight"] = {1024};
  }
  return shapes;
}

TensorShapes vae_shapes() {
  TensorShapes shapes;
  struct Block {
    std::int64_t in, out, stride;
  };
  constexpr std::array<Block, 5> kEncoderBlocks{
      {{128, 128, 2}, {128, 256, 4}, {256, 512, 4}, {512, 1024, 6}, {1024, 2048, 10}}};
  constexpr std::array<Block, 5> kDecoderBlocks{
      {{2048, 1024, 10}, {1024, 512, 6}, {512, 256, 4}, {256, 128, 4}, {128, 128, 2}}};
  convolution(shapes, "encoder.conv1", 128, 2, 7, 128);
  convolution(shapes, "decoder.conv1", 2048, 64, 7, 2048);
  for (std::size_t i = 0; i < 5; ++i) {
    const std::string encoder = "encoder.block." + std::to_string(i),
                      decoder = "decoder.block." + std::to_string(i);
    const Block &down = kEncoderBlocks[i], &up = kDecoderBlocks[i];
    residual_units(shapes, encoder, down.in);
    snake(shapes, encoder + ".snake1", down.in);
    convolution(shapes, encoder + ".conv1", down.out, down.in, 2 * down.stride, down.out);
    snake(shapes, decoder + ".snake1", up.in);
    convolution(shapes, decoder + ".conv_t1", up.in, up.out, 2 * up.stride, up.out);
    residual_units(shapes, decoder, up.out);
  }
  snake(shapes, "encoder.snake1", 2048);
  convolution(shapes, "encoder.conv2", 128, 2048, 3, 128);
  snake(shapes, "decoder.snake1", 128);
  shapes["decoder.conv2.weight_g"] = {2, 1, 1};
  shapes["decoder.conv2.weight_v"] = {2, 128, 7};
  return shapes;
}

std::int64_t parameters_of(const TensorShapes& shapes) {
  std::int64_t total = 0;
  for (const auto& [name, shape] : shapes) {
    std::int64_t count = 1;
    for (const std::int64_t n : shape) count *= n;
    total += count;
  }
  return total;
}

nn::WeightStore random_store(const TensorShapes& shapes, at::Device device, at::ScalarType type) {
  // One stretch of noise again and again: drawing two thousand million numbers takes longer than a song.
  constexpr std::int64_t kNoise = 1 << 20;
  const at::Tensor noise = at::empty({kNoise}, at::TensorOptions().dtype(type)).uniform_(-0.02, 0.02);
  std::map<std::string, at::Tensor, std::less<>> tensors;
  for (const auto& [name, shape] : shapes) {
    const at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(type)), flat = tensor.view({-1});
    for (std::int64_t start = 0; start < flat.numel(); start += kNoise) {
      const std::int64_t count = std::min(kNoise, flat.numel() - start);
      flat.narrow(0, start, count).copy_(noise.narrow(0, 0, count));
    }
    tensors.emplace(name, tensor);
  }
  return nn::WeightStore("random", std::move(tensors), device, type);
}

}  // namespace musicfleet::ace_v15
