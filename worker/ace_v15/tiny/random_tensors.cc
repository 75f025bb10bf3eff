#include "worker/ace_v15/tiny/random_tensors.h"

#include <cmath>

namespace musicfleet::ace_v15::tiny {

// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
std::uint64_t RandomTensors::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

double RandomTensors::next_normal() {
  std::uint64_t sum = 0;  // of twelve 21-bit numbers: exact
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t bits = next();
    sum += (bits & 0x1FFFFF) + ((bits >> 21) & 0x1FFFFF) + ((bits >> 42) & 0x1FFFFF);
  }
  return static_cast<double>(sum) / 2097152.0 - 6.0;
}

void RandomTensors::normal(const std::string& name, const Shape& shape, double deviation, double mean) {
  std::int64_t count = 1;
  for (const std::int64_t n : shape) count *= n;
  nn::Float32Tensor& tensor = tensors_[name];
  tensor.shape = shape;
  tensor.values.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
    tensor.values.push_back(static_cast<float>(mean + deviation * next_normal()));
}

void RandomTensors::weight(const std::string& name, const Shape& shape) {
  std::int64_t inputs = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) inputs *= shape[i];
  normal(name + ".weight", shape, 1.0 / std::sqrt(static_cast<double>(inputs)));
}

void RandomTensors::linear(const std::string& name, std::int64_t in, std::int64_t out) {
  weight(name, {out, in});
  bias(name, out);
}

void RandomTensors::convolution(const std::string& name, std::int64_t in, std::int64_t out,
                                std::int64_t kernel) {
  normal(name + ".weight_g", {out, 1, 1}, 0.05, 0.7);
  normal(name + ".weight_v", {out, in, kernel}, 1.0);
  bias(name, out);
}

void RandomTensors::transposed_convolution(const std::string& name, std::int64_t in, std::int64_t out,
                                           std::int64_t stride) {
  // Every output sample is the sum of two taps of every input channel; an input channel's weight spreads over
  // out · 2 · stride.
  const double gain = std::sqrt(static_cast<double>(out * stride) / static_cast<double>(in));
  normal(name + ".weight_g", {in, 1, 1}, 0.05 * gain, gain);
  normal(name + ".weight_v", {in, out, 2 * stride}, 1.0);
  bias(name, out);
}

void RandomTensors::snake(const std::string& name, std::int64_t channels) {
  normal(name + ".alpha", {1, channels, 1}, 0.2);
  normal(name + ".beta", {1, channels, 1}, 0.2);
}

}  // namespace musicfleet::ace_v15::tiny
