// Where and in which precision the stages are computed. The golden data is fp32 of the CPU. Plain data.
#pragma once

#include <ATen/core/Tensor.h>

namespace musicfleet::parity {

struct Target {
  at::Device device = at::kCPU;
  at::ScalarType type = at::kFloat;

  // Numbers in the target's type, masks and indices in their own. An undefined tensor stays undefined.
  at::Tensor to(const at::Tensor& golden) const {
    if (!golden.defined()) return golden;
    return golden.is_floating_point() ? golden.to(device, type) : golden.to(device);
  }
};

}  // namespace musicfleet::parity
