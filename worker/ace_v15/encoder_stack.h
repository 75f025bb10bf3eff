// The bidirectional transformer that ACE-Step's lyric and timbre encoders (and its audio tokenizer) are made
// of (diffusers, pipelines/ace_step/modeling_ace_step.py): a linear embedding, layers that alternate between
// a window and full attention, a final norm. Immutable, any thread.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/ace_v15/encoder_layer.h"
#include "worker/nn/linear.h"
#include "worker/nn/probe.h"
#include "worker/nn/rms_norm.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

#include <string_view>
#include <vector>

namespace musicfleet::ace_v15 {

class EncoderStack {
 public:
  // input: width of what is embedded.
  EncoderStack(const nn::Weights& weights, const StackConfig& config, std::int64_t input, std::int64_t layers,
               std::int64_t window, const std::vector<LayerType>& layer_types);

  // x: [batch, length, input]; key_mask: bool [batch, length] of the positions that may be attended to, or
  // undefined → [batch, length, hidden]. The probe sees "layer0_out".
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& key_mask,
                        const nn::Probe* probe = nullptr) const;

 private:
  StackConfig config_;
  std::int64_t window_;
  std::vector<LayerType> layer_types_;
  nn::Linear embed_tokens_;
  std::vector<EncoderLayer> layers_;
  nn::RmsNorm norm_;
};

}  // namespace musicfleet::ace_v15
