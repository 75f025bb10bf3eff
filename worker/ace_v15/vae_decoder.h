// The decoder of the Oobleck autoencoder (diffusers, AutoencoderOobleck; Stable Audio, arXiv:2404.10301):
// latents to stereo samples, plain or in overlapping tiles that bound the memory. Immutable, any thread.
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
  std::int64_t length = 512;
  std::int64_t overlap = 64;
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
  struct ResidualUnit {
    ResidualUnit(const nn::Weights& weights, std::int64_t channels, std::int64_t dilation);
    at::Tensor operator()(const at::Tensor& x) const;
    nn::Snake snake1;
    nn::Conv1d conv1;
    nn::Snake snake2;
    nn::Conv1d conv2;
  };
  struct Block {
    Block(const nn::Weights& weights, std::int64_t in, std::int64_t out, std::int64_t stride);
    nn::Snake snake1;
    nn::ConvTranspose1d conv_t1;
    ResidualUnit res_unit1, res_unit2, res_unit3;
  };

  VaeConfig config_;
  nn::Conv1d conv1_;
  std::vector<Block> blocks_;
  nn::Snake snake1_;
  nn::Conv1d conv2_;
};

}  // namespace musicfleet::ace_v15
