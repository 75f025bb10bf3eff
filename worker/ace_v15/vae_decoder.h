// The decoder of the Oobleck autoencoder (diffusers, AutoencoderOobleck; Stable Audio, arXiv:2404.10301):
// latents to stereo samples, plain or in overlapping tiles that bound the memory. Immutable, any thread.
//
// On the CPU each block is computed in cuts that stay in a core's cache through all of its layers; a cut
// takes a few rows more than it gives, the reach of the block's convolutions. One cut is computed after the
// other, with libtorch's threads inside each convolution.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/nn/convolution.h"
#include "worker/nn/snake.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace musicfleet::ace_v15 {

// Latent frames a tile holds and how many of them on each side are only there for the convolutions' reach.
struct Tiling {
  std::int64_t length = 0;
  std::int64_t overlap = 0;
};

class VaeDecoder {
 public:
  // weights: the scope "decoder".
  VaeDecoder(const nn::Weights& weights, const VaeConfig& config);

  // z: [batch, latent, frames] → samples [batch, channels, hop·frames], not clamped.
  at::Tensor operator()(const at::Tensor& z) const;
  // The same tile by tile. `between` is called before each tile with its number and their count; false stops:
  // an undefined tensor comes back.
  at::Tensor tiled(const at::Tensor& z, const Tiling& tiling,
                   const std::function<bool(int tile, int tiles)>& between) const;

 private:
  // Rows begin … end − 1 of a sequence of `length`.
  struct Cut {
    std::int64_t begin, end, length;
  };
  struct ResidualUnit {
    ResidualUnit(const nn::Weights& weights, std::int64_t channels, std::int64_t dilation);
    at::Tensor operator()(const at::Tensor& x) const;
    // x holds the rows `cut` of a sequence; afterwards those of them that need no others.
    at::Tensor rows(const at::Tensor& x, Cut& cut) const;
    nn::Snake snake1;
    nn::Conv1d conv1;
    nn::Snake snake2;
    nn::Conv1d conv2;
  };
  struct Block {
    Block(const nn::Weights& weights, std::int64_t in, std::int64_t out, std::int64_t stride);
    at::Tensor operator()(const at::Tensor& x) const;
    // x: the whole sequence [rows, in] → rows begin … end − 1 of the output [rows, out].
    at::Tensor rows(const at::Tensor& x, std::int64_t begin, std::int64_t end) const;
    std::int64_t reach() const;  // of the residual units, rows of the output to each side
    nn::Snake snake1;
    nn::ConvTranspose1d conv_t1;
    ResidualUnit res_unit1, res_unit2, res_unit3;
  };

  // z: [frames, latent] → [hop·frames, channels]
  at::Tensor rows(const at::Tensor& z) const;

  VaeConfig config_;
  nn::Conv1d conv1_;
  std::vector<Block> blocks_;
  nn::Snake snake1_;
  nn::Conv1d conv2_;
};

}  // namespace musicfleet::ace_v15
