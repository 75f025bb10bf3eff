// Random weights of one component, drawn in the order of the calls from a seeded generator whose arithmetic
// is exact: the same seed gives the same bytes on every machine. One thread.
#pragma once

#include "worker/nn/safetensors_writer.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace musicfleet::ace_v15::tiny {

using Shape = std::vector<std::int64_t>;

class RandomTensors {
 public:
  explicit RandomTensors(std::uint64_t seed) : state_(seed) {}

  // About normal with this standard deviation around `mean`.
  void normal(const std::string& name, const Shape& shape, double deviation, double mean = 0.0);
  // A weight [out, in, …] that keeps the variance of what goes through it.
  void weight(const std::string& name, const Shape& shape);
  // Learned scales: about 1.
  void scale(const std::string& name, std::int64_t width) { normal(name + ".weight", {width}, 0.05, 1.0); }
  void bias(const std::string& name, std::int64_t width) { normal(name + ".bias", {width}, 0.02); }
  // weight and bias.
  void linear(const std::string& name, std::int64_t in, std::int64_t out);
  // weight_g, weight_v [out, in, kernel] and bias of a weight-normalised convolution.
  void convolution(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t kernel);
  // weight_v is [in, out, kernel].
  void transposed_convolution(const std::string& name, std::int64_t in, std::int64_t out,
                              std::int64_t stride);
  // alpha and beta [1, channels, 1].
  void snake(const std::string& name, std::int64_t channels);

  const std::map<std::string, nn::Float32Tensor>& tensors() const { return tensors_; }

 private:
  // Sum of twelve uniform numbers less six: mean 0, variance 1.
  double next_normal();
  std::uint64_t next();

  std::uint64_t state_;
  std::map<std::string, nn::Float32Tensor> tensors_;
};

}  // namespace musicfleet::ace_v15::tiny
