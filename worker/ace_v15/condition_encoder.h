// The condition encoder (diffusers, AceStepConditionEncoder): projects the caption's hidden states, encodes
// the lyrics' token embeddings and the timbre of reference audio, and packs the three into the sequence that
// the DiT attends to. Immutable, any thread.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/ace_v15/encoder_stack.h"
#include "worker/nn/linear.h"
#include "worker/nn/probe.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

namespace musicfleet::ace_v15 {

// A padded batch of sequences: `mask` is bool [batch, length], true where a position is real.
struct Packed {
  at::Tensor hidden;  // [batch, length, width]
  at::Tensor mask;
};

// Joins two batches along the sequence, the real positions of both first and in order, padding last. Padding
// keeps its values: the DiT attends to it, as the reference's does.
Packed pack(const Packed& first, const Packed& second);

class ConditionEncoder {
 public:
  ConditionEncoder(const nn::Weights& weights, const ConditionEncoderConfig& config);

  // latents: [references, frames, timbre_hidden] → one vector each, [references, hidden].
  at::Tensor timbre(const at::Tensor& latents, const nn::Probe* probe = nullptr) const;

  // text: caption hidden states [batch, …, text_hidden]; lyric: lyric embeddings [batch, …, text_hidden];
  // timbre: [batch, references, hidden] with its mask → [batch, lyric + references + text, hidden]. The probe
  // sees "lyric_out", "lyric_layer0_out" and "text_proj".
  Packed operator()(const Packed& text, const Packed& lyric, const Packed& timbre,
                    const nn::Probe* probe = nullptr) const;

  // [1, frames, timbre_hidden]: the latents of silence, the source of text2music and the timbre of "no
  // reference".
  const at::Tensor& silence_latent() const { return silence_latent_; }
  // [1, 1, hidden]: what classifier-free guidance puts in place of every condition.
  const at::Tensor& null_condition() const { return null_condition_emb_; }

 private:
  at::Tensor null_condition_emb_;
  at::Tensor silence_latent_;
  nn::Linear text_projector_;
  EncoderStack lyric_encoder_;
  EncoderStack timbre_encoder_;
};

// Groups `timbres` [references, hidden] by the batch item that each belongs to (`owner`: int64 [references],
// non-empty) into [batch, most, hidden] and its mask, in order of appearance.
Packed group_by_item(const at::Tensor& timbres, const at::Tensor& owner);

}  // namespace musicfleet::ace_v15
