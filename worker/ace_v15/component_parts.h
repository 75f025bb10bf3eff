// Which network is built of which component, and with which configuration: for whoever loads the networks and
// whoever only looks whether they would load. Header-only, any thread.
#pragma once

#include "worker/ace_v15/component_files.h"
#include "worker/ace_v15/condition_encoder.h"
#include "worker/ace_v15/config.h"
#include "worker/ace_v15/text_encoder.h"
#include "worker/ace_v15/transformer.h"
#include "worker/ace_v15/vae_decoder.h"

#include <string_view>
#include <vector>

namespace musicfleet::ace_v15 {

struct TextEncoderPart {
  using Network = TextEncoder;
  using Config = TextEncoderConfig;
  static constexpr const ComponentFiles& kFiles = kTextEncoderFiles;
};

struct ConditionEncoderPart {
  using Network = ConditionEncoder;
  using Config = ConditionEncoderConfig;
  static constexpr const ComponentFiles& kFiles = kConditionEncoderFiles;
};

struct TransformerPart {
  using Network = Transformer;
  using Config = TransformerConfig;
  static constexpr const ComponentFiles& kFiles = kTransformerFiles;
};

struct VaeDecoderPart {
  using Network = VaeDecoder;
  using Config = VaeConfig;
  static constexpr const ComponentFiles& kFiles = kVaeFiles;
};

// Names that may stay unused, or beginnings of names.
template <class Part>
std::vector<std::string_view> may_stay_unused() {
  if (Part::kFiles.unused.empty()) return {};
  return {Part::kFiles.unused};
}

// The network of the store's tensors; store.finish() says whether they fitted.
template <class Part>
typename Part::Network build(nn::WeightStore& store, const typename Part::Config& config) {
  // A Qwen3ForCausalLM save puts "model." before every name.
  const nn::Weights root = store.root(store.has("model.embed_tokens.weight") ? "model." : "");
  return typename Part::Network(Part::kFiles.scope.empty() ? root : root.scope(Part::kFiles.scope), config);
}

}  // namespace musicfleet::ace_v15
