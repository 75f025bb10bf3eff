#include "common/model/memory_need.h"

#include <algorithm>

namespace musicfleet::model {
namespace {

// Tensors of a kind that are live at once at the worst moment, counted in the layers' code and held to the
// measured peaks (docs/benchmarks.md).
constexpr std::uint64_t kHiddenInTextLayer = 4, kHiddenInLyricLayer = 2, kHiddenInTransformerLayer = 4;
constexpr std::uint64_t kInnerInLayer = 3;  // gate, up and their product
// Of the decoder's widest activation: the plain operators with their work space; the packed kernels hold the
// input and the output of the last block, the input half as wide, and the numbers of a cut.
constexpr double kPlainDecoderFp32 = 9.6, kPlainDecoderBf16 = 13.0, kPackedDecoder = 1.5;
constexpr std::uint64_t kCutNumbers = 2'000'000;
constexpr std::uint64_t kSampleTensors =
    6;  // tiles, their concatenation, and what the normalisation makes of it
// Small tensors and the rounding of blocks.
constexpr double kMargin = 1.03;

std::uint64_t with_margin(std::uint64_t bytes) {
  return static_cast<std::uint64_t>(static_cast<double>(bytes) * kMargin);
}

// The CPU's attention over a whole causal square keeps the scores, in bf16 beside their fp32 originals.
std::uint64_t text_attention(const StackWidths& text, Precision precision, const SongShape& song) {
  if (precision != Precision::kBf16) return 0;
  const std::uint64_t tokens = song.batch * song.text_tokens * bytes_of(precision);
  return tokens * (kHiddenInTextLayer * text.hidden + 3 * text.heads * text.head_dim) +
         song.batch * text.heads * song.text_tokens * song.text_tokens *
             (sizeof(float) + bytes_of(precision));
}

std::uint64_t conditioning(const ModelWidths& model, Precision precision, const SongShape& song) {
  const std::uint64_t b = bytes_of(precision) * song.batch;
  const std::uint64_t all_tokens = song.text_tokens + song.lyric_tokens + 1;
  const std::uint64_t text = std::max(
      b * song.text_tokens * (kHiddenInTextLayer * model.text.hidden + kInnerInLayer * model.text.inner),
      text_attention(model.text, precision, song));
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
  // Before the first step: the embedded conditions, and keys normalised in fp32.
  const std::uint64_t preparing =
      b * conditions * dit.hidden + 2 * sizeof(float) * song.batch * conditions * kv_heads;
  return with_margin(kept + std::max({preparing, feed_forward, self_attention, cross_attention}));
}

std::uint64_t decoding(const ModelWidths& model, Placement placement, const SongShape& song) {
  const Precision precision = placement.precision;
  const std::uint64_t tile = song.tile_frames == 0 ? song.frames : std::min(song.tile_frames, song.frames);
  const bool packed = placement.kernels == Kernels::kPacked;
  const double plain = precision == Precision::kBf16 ? kPlainDecoderBf16 : kPlainDecoderFp32;
  const double tensors = packed ? kPackedDecoder : plain;
  const std::uint64_t widest = bytes_of(precision) * song.batch * tile * model.decoder_values;
  const std::uint64_t samples = sizeof(float) * song.batch * song.frames * model.hop * model.audio_channels;
  return static_cast<std::uint64_t>(tensors * static_cast<double>(widest)) +
         (packed ? kCutNumbers * bytes_of(precision) : 0) + kSampleTensors * samples;
}

}  // namespace

std::uint64_t MemoryNeed::activations() const { return std::max({conditioning, denoising, decoding}); }

MemoryNeed memory_need(const ModelWidths& model, Placement placement, const SongShape& song) {
  const Precision precision = placement.precision;
  return {.weights = model.parameters * bytes_of(precision),
          .conditioning = conditioning(model, precision, song),
          .denoising = denoising(model, precision, song),
          .decoding = decoding(model, placement, song)};
}

}  // namespace musicfleet::model
