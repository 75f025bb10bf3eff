#include "worker/ace_v15/vae_decoder.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>

#include <algorithm>

namespace musicfleet::ace_v15 {
namespace {

// Of this many rows the arrays of a cut fit a second-level cache where a layer is narrow, its weights where
// it is wide; the rows that neighbouring cuts share are few.
constexpr std::int64_t kCutRows = 2048;

// Fills out [length, …] cut by cut with what `compute` gives for rows begin … end − 1.
template <class Compute>
void in_cuts(const at::Tensor& out, Compute&& compute) {
  const std::int64_t length = out.size(0), cuts = (length + kCutRows - 1) / kCutRows;
  for (std::int64_t i = 0; i < cuts; ++i) {
    const std::int64_t begin = length * i / cuts, end = length * (i + 1) / cuts;
    out.narrow(0, begin, end - begin).copy_(compute(begin, end));
  }
}

}  // namespace

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

at::Tensor VaeDecoder::ResidualUnit::rows(const at::Tensor& x, Cut& cut) const {
  const std::int64_t reach = conv1.reach();
  const bool first = cut.begin == 0, last = cut.end == cut.length;
  const Cut inner{first ? 0 : cut.begin + reach, last ? cut.length : cut.end - reach, cut.length};
  const at::Tensor wave = conv1.rows(snake1.rows(x, first ? reach : 0, last ? reach : 0));
  at::Tensor out =
      conv2.rows(snake2.rows(wave, 0, 0)).add_(x.narrow(0, inner.begin - cut.begin, inner.end - inner.begin));
  cut = inner;
  return out;
}

VaeDecoder::Block::Block(const nn::Weights& weights, std::int64_t in, std::int64_t out, std::int64_t stride)
    : snake1(weights.scope("snake1"), in),
      conv_t1(weights.scope("conv_t1"),
              {.in = in, .out = out, .kernel = 2 * stride, .stride = stride, .padding = (stride + 1) / 2}),
      res_unit1(weights.scope("res_unit1"), out, 1),
      res_unit2(weights.scope("res_unit2"), out, 3),
      res_unit3(weights.scope("res_unit3"), out, 9) {}

at::Tensor VaeDecoder::Block::operator()(const at::Tensor& x) const {
  return res_unit3(res_unit2(res_unit1(conv_t1(snake1(x)))));
}

std::int64_t VaeDecoder::Block::reach() const {
  return res_unit1.conv1.reach() + res_unit2.conv1.reach() + res_unit3.conv1.reach();
}

at::Tensor VaeDecoder::Block::rows(const at::Tensor& x, std::int64_t begin, std::int64_t end) const {
  const std::int64_t stride = conv_t1.stride(), padding = conv_t1.padding();
  const std::int64_t length = conv_t1.length_of(x.size(0));
  Cut cut{std::max<std::int64_t>(begin - reach(), 0), std::min(end + reach(), length), length};
  // Input rows from − 1 … to − 1 make the outputs from·stride − padding … to·stride − padding − 1; rows −1
  // and x.size(0) are zeros.
  const std::int64_t from = (cut.begin + padding) / stride, to = (cut.end - 1 + padding) / stride + 1;
  const std::int64_t above = from == 0 ? 1 : 0, below = to == x.size(0) + 1 ? 1 : 0;
  const at::Tensor source = x.narrow(0, from - 1 + above, to - from + 1 - above - below);
  at::Tensor y = conv_t1.rows(snake1.rows(source, above, below))
                     .narrow(0, cut.begin - (from * stride - padding), cut.end - cut.begin);
  for (const ResidualUnit* unit : {&res_unit1, &res_unit2, &res_unit3}) y = unit->rows(y, cut);
  return y.narrow(0, begin - cut.begin, end - begin);
}

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
  if (conv1_.is_packed()) {
    std::vector<at::Tensor> items;
    for (const at::Tensor& item : z.unbind(0)) items.push_back(rows(item.t().contiguous()).t());
    return at::stack(items);
  }
  at::Tensor x = conv1_(z);
  for (const Block& block : blocks_) x = block(x);
  return conv2_(snake1_(x));
}

at::Tensor VaeDecoder::rows(const at::Tensor& z) const {
  at::Tensor x = conv1_.rows(at::constant_pad_nd(z, {0, 0, conv1_.reach(), conv1_.reach()}));
  for (const Block& block : blocks_) {
    const at::Tensor out =
        at::empty({block.conv_t1.length_of(x.size(0)), block.res_unit1.conv1.channels()}, x.options());
    in_cuts(out, [&](std::int64_t begin, std::int64_t end) { return block.rows(x, begin, end); });
    x = out;
  }
  const std::int64_t reach = conv2_.reach(), length = x.size(0);
  const at::Tensor samples = at::empty({length, config_.audio_channels}, x.options());
  in_cuts(samples, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t from = std::max<std::int64_t>(begin - reach, 0), to = std::min(end + reach, length);
    return conv2_.rows(snake1_.rows(x.narrow(0, from, to - from), from - (begin - reach), end + reach - to));
  });
  return samples;
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
