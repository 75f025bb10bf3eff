// The networks of ACE-Step 1.5 2B at their published widths, with random weights and fewer layers: an
// activation is as large as the published model's, only what a layer keeps is counted fewer times. One
// thread.
#pragma once

#include "worker/ace_v15/checkpoint.h"

#include <cstdint>

namespace musicfleet::ace_v15 {

struct ReducedNetworks {
  TextEncoderConfig text;
  ConditionEncoderConfig condition;
  TransformerConfig transformer;
  VaeConfig vae;
  Networks networks;
};

// layers: of each transformer.
ReducedNetworks reduced_networks(std::int64_t layers, at::ScalarType type);

}  // namespace musicfleet::ace_v15
