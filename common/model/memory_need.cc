#include "common/model/memory_need.h"

#include <algorithm>

namespace musicfleet::model {
namespace {

// Tensors of a kind that are live at once at the worst moment, counted in the layers' code and held to the
// measured peaks (docs/benchmarks.md).
constexpr std::uint64_t kHiddenInTextLayer = 4, kHiddenInLyricLayer = 2, kHiddenInTransformerLayer = 4;
constexpr std::uint64_t kInnerInLayer = 3;  // gate, up and their product
constexpr double kDecoderTensorsFp32 = 9.6, kDecoderTensorsBf16 = 13.0;
constexpr std::uint64_t kSampleTensors =
    6;  // tiles, their concatenation, and what the normalisation makes of it
// Small tensors and the rounding of blocks.
constexpr double kMargin = 1.03;

std::uint64_t with_margin(std::uint64_t bytes) {
  return static_cast<std::uint64_t>(static_cast<double>(bytes) * kMargin);
}

// bf16 kernels of the CPU bring the largest weight into an order of their own.
std::uint64_t reordered(const StackWidths& stack, Precision precision) {
  return precision == Precision::kBf16 ? stack.hidden * stack.inner * bytes_of(precision) : 0;
}

std::uint64_t conditioning(const ModelWidths& model, Precision precision, const SongShape& song) {
  const std::uint64_t b = bytes_of(precision) * song.batch;
  const std::uint64_t all_tokens = song.text_tokens + song.lyric_tokens + 1;
  const std::uint64_t text =
      b * song.text_tokens * (kHiddenInTextLayer * model.text.hidden + kInnerInLayer * model.text.inner) +
      reordered(model.text, precision);
  // The square is the mask of the sliding attention.
  const std::uint64_t lyric =
      b * song.lyric_tokens *
          (kHiddenInLyricLayer * model.condition.hidden + kInnerInLayer * model.condition.inner) +
      4 * song.batch * song.lyric_tokens * song.lyric_tokens + b * all_tokens * model.condition.hidden;
  const std::uint64_t packing = 5 * b * all_tokens * model.condition.hidden;
  return with_margin(std::max({text, lyric, packing}));
}

std::uint64_t denoising(const ModelWidths& model, Precision precision, const SongShape& song) {
  const StackWidths& dit = model.transformer;
  const std::uint64_t b = bytes_of(precision) * song.batch;
  const std::uint64_t tokens = (song.frames + model.patch_frames - 1) / model.patch_frames;
  const std::uint64_t conditions = song.text_tokens + song.lyric_tokens + 1;
  const std::uint64_t heads = dit.heads * dit.head_dim, kv_heads = dit.kv_heads * dit.head_dim;
  const bool masked = tokens > model.window + 1;
  const std::uint64_t square = masked ? tokens * tokens : 0;

  const std::uint64_t songs = song.guided ? 2 : 1;  // with and without conditions
  const std::uint64_t kept =
      songs * b * conditions * 2 * kv_heads * dit.layers               // keys and values
      + b * conditions * model.condition.hidden                        // conditions
      + b * song.frames * 4 * model.latent_channels                    // context, noise
      + (songs - 1) * b * tokens * dit.hidden                          // the other patched context
      + songs * (2 * tokens * dit.head_dim * sizeof(float) + square);  // rotary tables, masks
  const std::uint64_t feed_forward =
      b * tokens * (kHiddenInTransformerLayer * dit.hidden + kInnerInLayer * dit.inner);
  const std::uint64_t self_attention =
      b * tokens * (kHiddenInTransformerLayer * dit.hidden + 4 * heads + 2 * kv_heads) +
      bytes_of(precision) * square;
  const std::uint64_t cross_attention =
      b * tokens * (kHiddenInTransformerLayer * dit.hidden + 9 * heads / 2) + 2 * b * conditions * heads;
  return with_margin(kept + reordered(dit, precision) +
                     std::max({feed_forward, self_attention, cross_attention}));
}

std::uint64_t decoding(const ModelWidths& model, Precision precision, const SongShape& song) {
  const std::uint64_t tile = song.tile_frames == 0 ? song.frames : std::min(song.tile_frames, song.frames);
  const double tensors = precision == Precision::kBf16 ? kDecoderTensorsBf16 : kDecoderTensorsFp32;
  const std::uint64_t widest = bytes_of(precision) * song.batch * tile * model.decoder_values;
  const std::uint64_t samples = sizeof(float) * song.batch * song.frames * model.hop * model.audio_channels;
  return static_cast<std::uint64_t>(tensors * static_cast<double>(widest)) + kSampleTensors * samples;
}

}  // namespace

std::uint64_t MemoryNeed::activations() const { return std::max({conditioning, denoising, decoding}); }

MemoryNeed memory_need(const ModelWidths& model, Precision precision, const SongShape& song) {
  return {.weights = model.parameters * bytes_of(precision),
          .conditioning = conditioning(model, precision, song),
          .denoising = denoising(model, precision, song),
          .decoding = decoding(model, precision, song)};
}

}  // namespace musicfleet::model
