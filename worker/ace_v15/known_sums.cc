#include "worker/ace_v15/known_sums.h"

#include <algorithm>
#include <cmath>

namespace musicfleet::ace_v15::known {

Numbers fixed_numbers(std::size_t count, std::size_t salt) {
  Numbers numbers(count);
  for (std::size_t i = 0; i < count; ++i)
    numbers[i] = (static_cast<double>((i * 37 + salt * 53 + i * i % 11) % 129) - 64.0) / 64.0;
  return numbers;
}

Numbers lengths(const Numbers& v, std::size_t rows) {
  Numbers out(rows, 0.0);
  for (std::size_t i = 0; i < v.size(); ++i) out[i / (v.size() / rows)] += v[i] * v[i];
  std::transform(out.begin(), out.end(), out.begin(), [](double sum) { return std::sqrt(sum); });
  return out;
}

Numbers linear(const Numbers& x, const Numbers& weight, const Numbers& bias) {
  Numbers out(kSize * kSize);
  for (std::size_t i = 0; i < kSize; ++i)
    for (std::size_t j = 0; j < kSize; ++j) {
      double sum = bias[j];
      for (std::size_t k = 0; k < kSize; ++k) sum += x[i * kSize + k] * weight[j * kSize + k];
      out[i * kSize + j] = sum;
    }
  return out;
}

Numbers convolution(const Numbers& x, const Numbers& weight, const Numbers& bias) {
  Numbers out(kSize * kSize);
  for (std::size_t o = 0; o < kSize; ++o)
    for (std::size_t t = 0; t < kSize; ++t) {
      double sum = bias[o];
      for (std::size_t c = 0; c < kSize; ++c)
        for (std::size_t k = 0; k < kKernel; ++k) {
          const std::size_t from = t + k;  // of the padded input
          if (from < kKernel / 2 || from >= kSize + kKernel / 2) continue;
          sum += x[c * kSize + from - kKernel / 2] * weight[(o * kSize + c) * kKernel + k];
        }
      out[o * kSize + t] = sum;
    }
  return out;
}

Numbers transposed_convolution(const Numbers& x, const Numbers& weight, const Numbers& bias) {
  constexpr std::size_t kTaps = 2 * kStride, kLength = kStride * kSize, kCut = kStride / 2;
  Numbers out(kSize * kLength);
  for (std::size_t o = 0; o < kSize; ++o) {
    const auto row = out.begin() + static_cast<std::ptrdiff_t>(o * kLength);
    std::fill(row, row + kLength, bias[o]);
    for (std::size_t c = 0; c < kSize; ++c)
      for (std::size_t t = 0; t < kSize; ++t)
        for (std::size_t k = 0; k < kTaps; ++k) {
          const std::size_t to = t * kStride + k;  // of the output before it is cut
          if (to < kCut || to >= kLength + kCut) continue;
          out[o * kLength + to - kCut] += x[c * kSize + t] * weight[(c * kSize + o) * kTaps + k];
        }
  }
  return out;
}

Numbers attention(const Numbers& q, const Numbers& k, const Numbers& v,
                  const std::function<bool(std::size_t, std::size_t)>& sees) {
  const Numbers scores = linear(q, k, Numbers(kSize, 0.0));
  Numbers out(kSize * kSize, 0.0);
  for (std::size_t i = 0; i < kSize; ++i) {
    double whole = 0;
    for (std::size_t j = 0; j < kSize; ++j) {
      if (!sees(i, j)) continue;
      const double weight = std::exp(scores[i * kSize + j] / std::sqrt(double{kSize}));
      whole += weight;
      for (std::size_t c = 0; c < kSize; ++c) out[i * kSize + c] += weight * v[j * kSize + c];
    }
    for (std::size_t c = 0; c < kSize; ++c) out[i * kSize + c] /= whole;
  }
  return out;
}

Numbers snake(const Numbers& x, double frequency, double magnitude) {
  Numbers out(x.size());
  std::transform(x.begin(), x.end(), out.begin(),
                 [&](double v) { return v + std::pow(std::sin(frequency * v), 2) * magnitude; });
  return out;
}

}  // namespace musicfleet::ace_v15::known
