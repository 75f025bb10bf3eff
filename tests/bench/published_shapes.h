// Names and shapes of the tensors that the published checkpoints hold (ACE-Step 1.5 2B and XL, diffusers
// layout), for tests and measurements without weights.
#pragma once

#include "worker/ace_v15/config.h"
#include "worker/nn/weights.h"

#include <c10/core/ScalarType.h>

#include <map>
#include <string>
#include <vector>

namespace musicfleet::ace_v15 {

using TensorShapes = std::map<std::string, std::vector<std::int64_t>>;

TransformerConfig published_2b_transformer();
TransformerConfig published_xl_transformer();
ConditionEncoderConfig published_condition_encoder();
TextEncoderConfig published_text_encoder();
VaeConfig published_vae();

// Written down from the published lists of names, not from the code under test.
TensorShapes transformer_shapes(std::int64_t hidden, std::int64_t inner, std::int64_t layers,
                                std::int64_t heads);
TensorShapes condition_encoder_shapes();
TensorShapes text_encoder_shapes();
TensorShapes vae_shapes();

std::int64_t parameters_of(const TensorShapes& shapes);

// Weights of these shapes that are small random numbers.
nn::WeightStore random_store(const TensorShapes& shapes, at::Device device, at::ScalarType type);

}  // namespace musicfleet::ace_v15
