// The Qwen3 text encoder (transformers, models/qwen3/modeling_qwen3.py, Qwen3Model): captions go through all
// layers, lyrics only through the table of token embeddings. Immutable, any thread.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/ace_v15/encoder_layer.h"
#include "worker/nn/probe.h"
#include "worker/nn/rms_norm.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace musicfleet::ace_v15 {

class TextEncoder {
 public:
  TextEncoder(const nn::Weights& weights, const TextEncoderConfig& config);

  // ids: int64 [batch, length] → [batch, length, hidden]: a row of the table a token.
  at::Tensor embed(const at::Tensor& ids) const;
  // ids: int64 [batch, length] → last hidden state [batch, length, hidden]. Causal and without a padding
  // mask: right padding does not reach the real tokens. The probe sees "embed" and "layer0_out".
  at::Tensor operator()(const at::Tensor& ids, const nn::Probe* probe = nullptr) const;

 private:
  TextEncoderConfig config_;
  at::Tensor embed_tokens_;  // [vocab, hidden]
  std::vector<EncoderLayer> layers_;
  nn::RmsNorm norm_;
};

}  // namespace musicfleet::ace_v15
