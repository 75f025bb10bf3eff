#include "tests/bench/reduced_networks.h"

#include "tests/bench/published_shapes.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <map>
#include <string>

namespace musicfleet::ace_v15 {
namespace {

constexpr std::int64_t kVocabulary = 1000;

// Whether a name is of a layer from `layers` on.
bool is_beyond(const std::string& name, std::int64_t layers) {
  const std::size_t at = name.find("layers.");
  return at != std::string::npos && std::stoll(name.substr(at + 7)) >= layers;
}

nn::WeightStore random_store(const TensorShapes& shapes, std::int64_t layers, at::ScalarType type) {
  std::map<std::string, at::Tensor, std::less<>> tensors;
  for (const auto& [name, shape] : shapes)
    if (!is_beyond(name, layers) && !name.starts_with("encoder."))
      tensors.emplace(name, at::empty(shape, at::TensorOptions().dtype(type)).uniform_(-0.02, 0.02));
  return nn::WeightStore("random", std::move(tensors), at::kCPU, type);
}

}  // namespace

ReducedNetworks reduced_networks(std::int64_t layers, at::ScalarType type) {
  TextEncoderConfig text = published_text_encoder();
  text.num_hidden_layers = layers;
  text.vocab_size = kVocabulary;
  TensorShapes text_shapes = text_encoder_shapes();
  text_shapes["embed_tokens.weight"] = {kVocabulary, text.hidden_size};
  nn::WeightStore text_store = random_store(text_shapes, layers, type);

  ConditionEncoderConfig condition = published_condition_encoder();
  condition.num_lyric_encoder_hidden_layers = condition.num_timbre_encoder_hidden_layers = layers;
  nn::WeightStore condition_store = random_store(condition_encoder_shapes(), layers, type);

  TransformerConfig transformer = published_2b_transformer();
  transformer.num_hidden_layers = layers;
  nn::WeightStore transformer_store = random_store(transformer_shapes(2048, 6144, layers, 16), layers, type);

  const VaeConfig vae = published_vae();
  nn::WeightStore vae_store = random_store(vae_shapes(), layers, type);
  return {text,
          condition,
          transformer,
          vae,
          {TextEncoder(text_store.root(), text), ConditionEncoder(condition_store.root(), condition),
           Transformer(transformer_store.root(), transformer),
           VaeDecoder(vae_store.root().scope("decoder"), vae), vae}};
}

}  // namespace musicfleet::ace_v15
