#include "worker/ace_v15/self_test.h"

#include "worker/ace_v15/known_sums.h"
#include "worker/nn/attention.h"
#include "worker/nn/convolution.h"
#include "worker/nn/linear.h"
#include "worker/nn/snake.h"
#include "worker/nn/weights.h"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace musicfleet::ace_v15 {
namespace {

using known::fixed_numbers;
using known::kSize;
using known::Numbers;

constexpr double kFp32Tolerance = 1e-4, kBf16Tolerance = 5e-2;  // of the largest expected number
constexpr std::int64_t kN = kSize, kKernel = known::kKernel, kStride = known::kStride, kWindow = 4;
// Of the Snake activation; exact in every type, though their logarithms are not.
constexpr double kFrequency = 3, kInverseMagnitude = 2;

at::Tensor on_host(const Numbers& numbers, at::IntArrayRef shape) {
  const at::Tensor tensor = at::empty(shape, at::kFloat);
  std::copy(numbers.begin(), numbers.end(), tensor.mutable_data_ptr<float>());
  return tensor;
}

std::vector<float> back(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.to(at::kCPU, at::kFloat).contiguous();
  return {plain.const_data_ptr<float>(), plain.const_data_ptr<float>() + plain.numel()};
}

// Where the layers are built and what they compute.
struct Bench {
  at::Device device;
  at::ScalarType type;

  at::Tensor tensor(const Numbers& numbers, at::IntArrayRef shape) const {
    return on_host(numbers, shape).to(device, type);
  }
  nn::WeightStore store(std::map<std::string, at::Tensor, std::less<>> tensors) const {
    return {"self-test", std::move(tensors), device, type};
  }
};

// The weight_g and weight_v that fold into `weight`.
std::map<std::string, at::Tensor, std::less<>> normed(const Numbers& weight, std::int64_t kernel,
                                                      const Numbers& bias) {
  return {{"weight_v", on_host(weight, {kN, kN, kernel})},
          {"weight_g", on_host(known::lengths(weight, kSize), {kN, 1, 1})},
          {"bias", on_host(bias, {kN})}};
}

Computation linear(const Bench& bench, const Numbers& x) {
  const Numbers weight = fixed_numbers(kSize * kSize, 2), bias = fixed_numbers(kSize, 3);
  nn::WeightStore store = bench.store({{"weight", on_host(weight, {kN, kN})}, {"bias", on_host(bias, {kN})}});
  const nn::Linear layer(store.root(), kN, kN, nn::Bias::kPresent);
  return {"matrix product", known::linear(x, weight, bias), back(layer(bench.tensor(x, {kN, kN})))};
}

Computation convolution(const Bench& bench, const Numbers& x) {
  const Numbers weight = fixed_numbers(kSize * kSize * known::kKernel, 4), bias = fixed_numbers(kSize, 5);
  nn::WeightStore store = bench.store(normed(weight, kKernel, bias));
  const nn::Conv1d layer(store.root(), {.in = kN, .out = kN, .kernel = kKernel, .padding = kKernel / 2});
  const at::Tensor in = bench.tensor(x, {kN, kN});
  const at::Tensor out =
      layer.is_packed()
          ? layer.rows(at::constant_pad_nd(in.t(), {0, 0, layer.reach(), layer.reach()}).contiguous()).t()
          : layer(in.unsqueeze(0));
  return {"convolution", known::convolution(x, weight, bias), back(out)};
}

Computation transposed_convolution(const Bench& bench, const Numbers& x) {
  const Numbers weight = fixed_numbers(kSize * kSize * 2 * known::kStride, 6), bias = fixed_numbers(kSize, 7);
  nn::WeightStore store = bench.store(normed(weight, 2 * kStride, bias));
  const nn::ConvTranspose1d layer(
      store.root(), {.in = kN, .out = kN, .kernel = 2 * kStride, .stride = kStride, .padding = kStride / 2});
  const at::Tensor in = bench.tensor(x, {kN, kN});
  const at::Tensor out = layer.is_packed()
                             ? layer.rows(at::constant_pad_nd(in.t(), {0, 0, 1, 1}).contiguous())
                                   .narrow(0, layer.padding(), layer.length_of(kN))
                                   .t()
                             : layer(in.unsqueeze(0));
  return {"transposed convolution", known::transposed_convolution(x, weight, bias), back(out)};
}

Computation attention(const Bench& bench, const Numbers& q, bool masked) {
  const Numbers k = fixed_numbers(kSize * kSize, 8), v = fixed_numbers(kSize * kSize, 9);
  const auto head = [&](const Numbers& numbers) { return bench.tensor(numbers, {1, 1, kN, kN}); };
  std::optional<at::Tensor> mask;
  if (masked) mask = nn::additive_mask(nn::band_mask(kN, kWindow, bench.device), bench.type);
  const auto sees = [&](std::size_t i, std::size_t j) {
    return !masked || std::max(i, j) - std::min(i, j) <= std::size_t{kWindow};
  };
  return {masked ? "masked attention" : "attention", known::attention(q, k, v, sees),
          back(at::scaled_dot_product_attention(head(q), head(k), head(v), mask))};
}

Computation snake(const Bench& bench, const Numbers& x) {
  nn::WeightStore store =
      bench.store({{"alpha", on_host(Numbers(kSize, std::log(kFrequency)), {1, kN, 1})},
                   {"beta", on_host(Numbers(kSize, std::log(kInverseMagnitude)), {1, kN, 1})}});
  const nn::Snake layer(store.root(), kN);
  const at::Tensor in = bench.tensor(x, {kN, kN});
  const at::Tensor out =
      bench.device.is_cpu() ? layer.rows(in.t().contiguous(), 0, 0).t() : layer(in.unsqueeze(0));
  return {"snake", known::snake(x, kFrequency, 1 / kInverseMagnitude), back(out)};
}

}  // namespace

std::vector<Computation> compute_known(at::Device device, at::ScalarType type) {
  const Bench bench{device, type};
  const Numbers x = fixed_numbers(kSize * kSize, 1);
  return {linear(bench, x),           convolution(bench, x),     transposed_convolution(bench, x),
          attention(bench, x, false), attention(bench, x, true), snake(bench, x)};
}

Result<> judge(const std::vector<Computation>& computations, at::ScalarType type) {
  const double tolerance = type == at::kBFloat16 ? kBf16Tolerance : kFp32Tolerance;
  for (const Computation& one : computations) {
    if (one.computed.size() != one.expected.size())
      return fail(ErrorCode::kUnavailable, "the device failed its self-test: ", one.name, " gave ",
                  one.computed.size(), " numbers instead of ", one.expected.size());
    double scale = 0;
    for (const double value : one.expected) scale = std::max(scale, std::abs(value));
    for (std::size_t i = 0; i < one.expected.size(); ++i) {
      const double off = std::abs(static_cast<double>(one.computed[i]) - one.expected[i]);
      if (off <= tolerance * scale) continue;  // false for NaN
      return fail(ErrorCode::kUnavailable, "the device failed its self-test: ", one.name, " gave ",
                  one.computed[i], " where ", one.expected[i], " is right");
    }
  }
  return {};
}

}  // namespace musicfleet::ace_v15
