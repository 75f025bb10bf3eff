#include "worker/device/self_test.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/square.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace musicfleet::device {
namespace {

constexpr std::size_t kSize = 32;                               // of a matrix, a sequence, a head
constexpr std::size_t kKernel = 7;                              // of the convolution
constexpr double kFp32Tolerance = 1e-4, kBf16Tolerance = 5e-2;  // of the largest expected number

using Numbers = std::vector<double>;

// Multiples of 1/64 from −1 to 1: exact in every type. The same for the same `salt`.
Numbers fixed_numbers(std::size_t count, std::size_t salt) {
  Numbers numbers(count);
  for (std::size_t i = 0; i < count; ++i)
    numbers[i] = (static_cast<double>((i * 37 + salt * 53 + i * i % 11) % 129) - 64.0) / 64.0;
  return numbers;
}

at::Tensor on_device(const Numbers& numbers, at::IntArrayRef shape, at::Device device, at::ScalarType type) {
  const at::Tensor tensor = at::empty(shape, at::kFloat);
  std::copy(numbers.begin(), numbers.end(), tensor.mutable_data_ptr<float>());
  return tensor.to(device, type);
}

std::vector<float> on_host(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.to(at::kCPU, at::kFloat).contiguous();
  return {plain.const_data_ptr<float>(), plain.const_data_ptr<float>() + plain.numel()};
}

// rows a [kSize, kSize] times columns of b [kSize, kSize].
Numbers product(const Numbers& a, const Numbers& b) {
  Numbers out(kSize * kSize, 0.0);
  for (std::size_t i = 0; i < kSize; ++i)
    for (std::size_t k = 0; k < kSize; ++k)
      for (std::size_t j = 0; j < kSize; ++j) out[i * kSize + j] += a[i * kSize + k] * b[k * kSize + j];
  return out;
}

// x [kSize, kSize] (channels, length) with weights [kSize, kSize, kKernel], padded to the same length.
Numbers convolution(const Numbers& x, const Numbers& weight) {
  Numbers out(kSize * kSize, 0.0);
  for (std::size_t o = 0; o < kSize; ++o)
    for (std::size_t c = 0; c < kSize; ++c)
      for (std::size_t k = 0; k < kKernel; ++k)
        for (std::size_t t = 0; t < kSize; ++t) {
          const std::size_t from = t + k;  // of the padded input
          if (from < kKernel / 2 || from >= kSize + kKernel / 2) continue;
          out[o * kSize + t] += x[c * kSize + from - kKernel / 2] * weight[(o * kSize + c) * kKernel + k];
        }
  return out;
}

Numbers attention(const Numbers& q, const Numbers& k, const Numbers& v) {
  Numbers transposed(k.size());
  for (std::size_t i = 0; i < kSize; ++i)
    for (std::size_t j = 0; j < kSize; ++j) transposed[j * kSize + i] = k[i * kSize + j];
  Numbers weights = product(q, transposed);
  for (std::size_t i = 0; i < kSize; ++i) {
    const auto row = weights.begin() + static_cast<std::ptrdiff_t>(i * kSize);
    std::transform(row, row + kSize, row, [](double s) { return std::exp(s / std::sqrt(double{kSize})); });
    const double sum = std::accumulate(row, row + kSize, 0.0);
    std::transform(row, row + kSize, row, [sum](double w) { return w / sum; });
  }
  return product(weights, v);
}

Numbers snake(const Numbers& x) {
  Numbers out(x.size());
  std::transform(x.begin(), x.end(), out.begin(),
                 [](double v) { return v + std::pow(std::sin(3.0 * v), 2) / 3.0; });
  return out;
}

}  // namespace

std::vector<Computation> compute_known(at::Device device, at::ScalarType type) {
  constexpr std::int64_t kN = kSize, kK = kKernel;
  const Numbers a = fixed_numbers(kSize * kSize, 1), b = fixed_numbers(kSize * kSize, 2),
                c = fixed_numbers(kSize * kSize, 3), w = fixed_numbers(kSize * kSize * kKernel, 4);
  const auto tensor = [&](const Numbers& numbers, at::IntArrayRef shape) {
    return on_device(numbers, shape, device, type);
  };
  const at::Tensor x = tensor(a, {1, kN, kN});
  const at::Tensor head_a = tensor(a, {1, 1, kN, kN}), head_b = tensor(b, {1, 1, kN, kN}),
                   head_c = tensor(c, {1, 1, kN, kN});
  return {
      {"matrix product", product(a, b), on_host(at::matmul(tensor(a, {kN, kN}), tensor(b, {kN, kN})))},
      {"convolution", convolution(a, w), on_host(at::conv1d(x, tensor(w, {kN, kN, kK}), {}, 1, kK / 2))},
      {"attention", attention(a, b, c), on_host(at::scaled_dot_product_attention(head_a, head_b, head_c))},
      {"snake", snake(a), on_host(x + at::square(at::sin(x * 3.0)) / 3.0)},
  };
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

}  // namespace musicfleet::device
