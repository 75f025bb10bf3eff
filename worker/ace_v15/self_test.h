// Whether a device computes: the layers that a song is made of, built as a checkpoint's are and so with
// packed weights on the CPU, on a few fixed numbers, against the same sums done one by one (known_sums.h). A
// GPU with a broken driver, library or memory is found before it takes a job. Used by the thread that owns
// the tensors.
#pragma once

#include "common/result.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>
#include <vector>

namespace musicfleet::ace_v15 {

// One layer's work: what it should give and what it gave.
struct Computation {
  std::string name;
  std::vector<double> expected;
  std::vector<float> computed;
};

// Fully connected layer, convolution and transposed convolution, attention with and without a mask, and Snake
// activation on the device.
std::vector<Computation> compute_known(c10::Device device, c10::ScalarType type);

// Errors: kUnavailable with the layer, the number that is furthest off and what it should be. The tolerance
// follows from the type.
Result<> judge(const std::vector<Computation>& computations, c10::ScalarType type);

}  // namespace musicfleet::ace_v15
