// The components of the embedded model: configuration and random weights under the checkpoint's own names.
// Pure, any thread.
#pragma once

#include "worker/ace_v15/tiny/random_tensors.h"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace musicfleet::ace_v15::tiny {

struct Component {
  nlohmann::json config;
  RandomTensors weights;
};

Component text_encoder(std::uint64_t seed);
Component condition_encoder(std::uint64_t seed);
Component transformer(std::uint64_t seed);
Component vae(std::uint64_t seed);

}  // namespace musicfleet::ace_v15::tiny
