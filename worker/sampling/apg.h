// Adaptive projected guidance (arXiv:2410.02416), as ACE-Step's base checkpoints use it (diffusers,
// pipelines/ace_step/pipeline_ace_step.py): classifier-free guidance whose update has a momentum, a bounded
// norm and no part along the conditional prediction. One object a song, one thread.
#pragma once

#include <ATen/core/Tensor.h>

namespace musicfleet::sampling {

class AdaptiveProjectedGuidance {
 public:
  explicit AdaptiveProjectedGuidance(double scale) : scale_(scale) {}

  // conditional, unconditional: velocities [batch, frames, latent] → the guided velocity. Norms and
  // projections are per channel over time.
  at::Tensor operator()(const at::Tensor& conditional, const at::Tensor& unconditional);

 private:
  double scale_;
  at::Tensor running_;  // the momentum buffer; undefined before the first call
};

}  // namespace musicfleet::sampling
