#include "worker/sampling/schedule.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linspace.h>

#include <utility>

namespace musicfleet::sampling {

Schedule shifted_schedule(int steps, double shift) {
  at::Tensor t = at::linspace(1.0, 0.0, steps + 1, at::kFloat);
  if (shift != 1.0) t = shift * t / (1.0 + (shift - 1.0) * t);
  t = t.contiguous();
  return {std::vector<float>(t.const_data_ptr<float>(), t.const_data_ptr<float>() + t.numel())};
}

Schedule custom_schedule(std::vector<float> times) {
  times.push_back(0.0F);
  return {std::move(times)};
}

}  // namespace musicfleet::sampling
