// Where each network of a checkpoint lies in its folder and which of its tensors text to music leaves alone:
// for whoever loads the networks and whoever only looks whether they would load. Header-only, any thread.
#pragma once

#include "worker/ace_v15/condition_encoder.h"
#include "worker/ace_v15/config.h"
#include "worker/ace_v15/text_encoder.h"
#include "worker/ace_v15/transformer.h"
#include "worker/ace_v15/vae_decoder.h"

#include <string_view>
#include <vector>

namespace musicfleet::ace_v15 {

inline constexpr std::string_view kDiffusersStem = "diffusion_pytorch_model";
inline constexpr std::string_view kTransformersStem = "model";

// Names that may stay unused, or beginnings of names.
using Unused = std::vector<std::string_view>;

struct TextEncoderPart {
  using Network = TextEncoder;
  using Config = TextEncoderConfig;
  static constexpr std::string_view kFolder = "text_encoder", kStem = kTransformersStem, kScope = "";
  static Unused may_stay_unused() { return {"lm_head.weight"}; }
};

struct ConditionEncoderPart {
  using Network = ConditionEncoder;
  using Config = ConditionEncoderConfig;
  static constexpr std::string_view kFolder = "condition_encoder", kStem = kDiffusersStem, kScope = "";
  // The reference loads the special token and never uses it.
  static Unused may_stay_unused() { return {"timbre_encoder.special_token"}; }
};

struct TransformerPart {
  using Network = Transformer;
  using Config = TransformerConfig;
  static constexpr std::string_view kFolder = "transformer", kStem = kDiffusersStem, kScope = "";
  static Unused may_stay_unused() { return {}; }
};

struct VaeDecoderPart {
  using Network = VaeDecoder;
  using Config = VaeConfig;
  static constexpr std::string_view kFolder = "vae", kStem = kDiffusersStem, kScope = "decoder";
  // Text to music only decodes.
  static Unused may_stay_unused() { return {"encoder."}; }
};

// The network of the store's tensors; store.finish() says whether they fitted.
template <class Part>
typename Part::Network build(nn::WeightStore& store, const typename Part::Config& config) {
  // A Qwen3ForCausalLM save puts "model." before every name.
  const nn::Weights root = store.root(store.has("model.embed_tokens.weight") ? "model." : "");
  return typename Part::Network(Part::kScope.empty() ? root : root.scope(Part::kScope), config);
}

}  // namespace musicfleet::ace_v15
