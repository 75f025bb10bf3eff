// Where each component of a checkpoint lies in its folder, and which of its tensors the engine never holds.
// Without libtorch; constants, any thread.
#pragma once

#include <string_view>

namespace musicfleet::ace_v15 {

inline constexpr std::string_view kDiffusersStem = "diffusion_pytorch_model";
inline constexpr std::string_view kTransformersStem = "model";

struct ComponentFiles {
  std::string_view folder;
  std::string_view stem;   // of the weights' files
  std::string_view scope;  // what the names of the tensors in use begin with; may be empty
  // A tensor, or tensors that begin so, that is in the file and stays unused; empty: none.
  std::string_view unused;
};

inline constexpr ComponentFiles kTextEncoderFiles{"text_encoder", kTransformersStem, "", "lm_head.weight"};
// The reference loads the special token and never uses it.
inline constexpr ComponentFiles kConditionEncoderFiles{"condition_encoder", kDiffusersStem, "",
                                                       "timbre_encoder.special_token"};
inline constexpr ComponentFiles kTransformerFiles{"transformer", kDiffusersStem, "", ""};
// Text to music only decodes.
inline constexpr ComponentFiles kVaeFiles{"vae", kDiffusersStem, "decoder", "encoder."};

}  // namespace musicfleet::ace_v15
