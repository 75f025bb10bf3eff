// How much memory a song takes: the weights that stay resident and, stage by stage, the most that is live at
// once beside them. A model of need, not a promise of an allocator: its coefficients are measured with a
// counting allocator at the published widths (musicfleet-memory-bench, docs/benchmarks.md), and a test holds
// each stage of the packed kernels between the measured bytes and 1.3 times of them. What the device's own
// libraries take (CUDA context, cuBLAS and cuDNN work spaces) is the caller's reserve. Knows no tensor
// library. Pure functions, any thread.
#pragma once

#include <cstdint>

namespace musicfleet::model {

enum class Precision { kFp32, kBf16 };

// What computes: the CPU with packed weights and a decoder that works in cuts (worker/nn/packed.h), or
// libtorch's own operators, one after the other: on a GPU, and on a CPU that does not compute in the
// precision.
enum class Kernels { kPacked, kPlain };

struct Placement {
  Precision precision = Precision::kFp32;
  Kernels kernels = Kernels::kPlain;
};

// Bytes of one number.
constexpr std::uint64_t bytes_of(Precision precision) { return precision == Precision::kBf16 ? 2 : 4; }

// Widths of a stack of transformer layers.
struct StackWidths {
  std::uint64_t hidden = 0, inner = 0;  // of a token; of the feed-forward layer
  std::uint64_t heads = 0, kv_heads = 0, head_dim = 0;
  std::uint64_t layers = 0;
};

// What of a checkpoint decides over memory.
struct ModelWidths {
  std::uint64_t parameters = 0;  // resident: both encoders, the transformer, the decoder
  StackWidths text, condition, transformer;
  std::uint64_t window = 0;           // of the transformer's sliding attention, in tokens
  std::uint64_t patch_frames = 1;     // latent frames of one token
  std::uint64_t latent_channels = 0;  // of one latent frame
  std::uint64_t audio_channels = 0;
  std::uint64_t hop = 0;             // audio samples of one latent frame
  std::uint64_t decoder_values = 0;  // of the decoder's widest activation, for one latent frame
};

struct SongShape {
  std::uint64_t frames = 0;  // latent
  std::uint64_t batch = 1;
  std::uint64_t text_tokens = 256;
  std::uint64_t lyric_tokens = 2048;
  bool guided = false;            // classifier-free guidance: a second set of conditions
  std::uint64_t tile_frames = 0;  // latent frames that are decoded at once; 0: all
};

// Bytes.
struct MemoryNeed {
  std::uint64_t weights = 0;
  std::uint64_t conditioning = 0;
  std::uint64_t denoising = 0;
  std::uint64_t decoding = 0;

  // The stages follow one another: the largest counts.
  std::uint64_t activations() const;
  std::uint64_t total() const { return weights + activations(); }
};

MemoryNeed memory_need(const ModelWidths& model, Placement placement, const SongShape& song);

}  // namespace musicfleet::model
