#include "worker/ace_v15/timestep_embedding.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>

#include <cmath>

namespace musicfleet::ace_v15 {
namespace {

constexpr double kTimeScale = 1000.0;
constexpr double kMaxPeriod = 10000.0;

// The sinusoid's width is no part of the configuration; the first weight knows it.
std::int64_t sinusoid_channels(const nn::Weights& weights) {
  const std::vector<std::int64_t> shape = weights.shape_of("linear_1.weight");
  return shape.size() == 2 && shape[1] % 2 == 0 ? shape[1] : 2;
}

}  // namespace

TimestepEmbedding::TimestepEmbedding(const nn::Weights& weights, std::int64_t hidden)
    : channels_(sinusoid_channels(weights)),
      hidden_(hidden),
      linear_1_(weights.scope("linear_1"), channels_, hidden, nn::Bias::kPresent),
      linear_2_(weights.scope("linear_2"), hidden, hidden, nn::Bias::kPresent),
      time_proj_(weights.scope("time_proj"), hidden, 6 * hidden, nn::Bias::kPresent) {}

TimestepEmbedding::Output TimestepEmbedding::operator()(const at::Tensor& t, at::ScalarType type) const {
  const std::int64_t half = channels_ / 2;
  const at::Tensor frequency = at::exp(at::arange(half, t.options().dtype(at::kFloat)) *
                                       (-std::log(kMaxPeriod) / static_cast<double>(half)));
  // The product is rounded to the model's type before the sinusoid is taken in fp32, as in the reference.
  const at::Tensor angle = (t * kTimeScale).to(at::kFloat).unsqueeze(1) * frequency.unsqueeze(0);
  Output out;
  out.sinusoid = at::cat({at::cos(angle), at::sin(angle)}, -1);
  out.embedding = linear_2_(at::silu(linear_1_(out.sinusoid.to(type))));
  out.projection = time_proj_(at::silu(out.embedding)).view({t.size(0), 6, hidden_});
  return out;
}

}  // namespace musicfleet::ace_v15
