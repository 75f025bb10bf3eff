#include "worker/ace_v15/vae_decoder.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <algorithm>

namespace musicfleet::ace_v15 {

VaeDecoder::ResidualUnit::ResidualUnit(const nn::Weights& weights, std::int64_t channels,
                                       std::int64_t dilation)
    : snake1(weights.scope("snake1"), channels),
      conv1(weights.scope("conv1"),
            {.in = channels, .out = channels, .kernel = 7, .padding = 3 * dilation, .dilation = dilation}),
      snake2(weights.scope("snake2"), channels),
      conv2(weights.scope("conv2"), {.in = channels, .out = channels}) {}

at::Tensor VaeDecoder::ResidualUnit::operator()(const at::Tensor& x) const {
  return conv2(snake2(conv1(snake1(x)))).add_(x);
}

VaeDecoder::Block::Block(const nn::Weights& weights, std::int64_t in, std::int64_t out, std::int64_t stride)
    : snake1(weights.scope("snake1"), in),
      conv_t1(weights.scope("conv_t1"),
              {.in = in, .out = out, .kernel = 2 * stride, .stride = stride, .padding = (stride + 1) / 2}),
      res_unit1(weights.scope("res_unit1"), out, 1),
      res_unit2(weights.scope("res_unit2"), out, 3),
      res_unit3(weights.scope("res_unit3"), out, 9) {}

VaeDecoder::VaeDecoder(const nn::Weights& weights, const VaeConfig& config)
    : config_(config),
      conv1_(weights.scope("conv1"), {.in = config.decoder_input_channels,
                                      .out = config.decoder_channels * config.channel_multiples.back(),
                                      .kernel = 7,
                                      .padding = 3}),
      snake1_(weights.scope("snake1"), config.decoder_channels),
      conv2_(weights.scope("conv2"), {.in = config.decoder_channels,
                                      .out = config.audio_channels,
                                      .kernel = 7,
                                      .padding = 3,
                                      .bias = nn::Bias::kNone}) {
  // From the deepest block out; the outermost does not change its width.
  const std::size_t blocks = config.downsampling_ratios.size();
  blocks_.reserve(blocks);
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t depth = blocks - 1 - i;
    const std::int64_t outer = depth == 0 ? 1 : config.channel_multiples[depth - 1];
    blocks_.emplace_back(weights.scope("block").scope(static_cast<std::int64_t>(i)),
                         config.decoder_channels * config.channel_multiples[depth],
                         config.decoder_channels * outer, config.downsampling_ratios[depth]);
  }
}

at::Tensor VaeDecoder::operator()(const at::Tensor& z) const {
  at::Tensor x = conv1_(z);
  for (const Block& block : blocks_)
    x = block.res_unit3(block.res_unit2(block.res_unit1(block.conv_t1(block.snake1(x)))));
  return conv2_(snake1_(x));
}

at::Tensor VaeDecoder::tiled(const at::Tensor& z, const Tiling& tiling,
                             const std::function<bool(int, int)>& between) const {
  const std::int64_t frames = z.size(2);
  const std::int64_t core = tiling.length - 2 * tiling.overlap;
  if (frames <= tiling.length || core < 1) return between(0, 1) ? (*this)(z) : at::Tensor();

  const std::int64_t tiles = (frames + core - 1) / core;
  std::vector<at::Tensor> pieces;
  for (std::int64_t i = 0; i < tiles; ++i) {
    if (!between(static_cast<int>(i), static_cast<int>(tiles))) return {};
    const std::int64_t core_start = i * core, core_end = std::min(core_start + core, frames);
    const std::int64_t start = std::max<std::int64_t>(core_start - tiling.overlap, 0),
                       end = std::min(core_end + tiling.overlap, frames);
    const at::Tensor samples = (*this)(z.narrow(2, start, end - start));
    const std::int64_t before = (core_start - start) * config_.hop(),
                       after = (end - core_end) * config_.hop();
    pieces.push_back(samples.narrow(2, before, samples.size(2) - before - after));
  }
  return at::cat(pieces, 2);
}

}  // namespace musicfleet::ace_v15
