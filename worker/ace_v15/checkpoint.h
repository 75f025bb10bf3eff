// The folder of a published ACE-Step 1.5 checkpoint (diffusers layout): checks that it is one, says
// everything that is missing, and loads its components. Used by one thread while a pipeline is built.
#pragma once

#include "common/result.h"
#include "worker/ace_v15/condition_encoder.h"
#include "worker/ace_v15/config.h"
#include "worker/ace_v15/text_encoder.h"
#include "worker/ace_v15/transformer.h"
#include "worker/ace_v15/vae_decoder.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <filesystem>
#include <optional>

namespace musicfleet::ace_v15 {

// The networks of one checkpoint on one device in one precision.
struct Networks {
  TextEncoder text_encoder;
  ConditionEncoder condition_encoder;
  Transformer transformer;
  VaeDecoder vae_decoder;
  VaeConfig vae_config;
};

// kNotFound with a list of every file that a checkpoint needs and `folder` lacks; kCorrupt when
// model_index.json names another pipeline.
Result<> check_folder(const std::filesystem::path& folder);

// Each component is loaded, bound and checked to have no missing, misshapen or unused tensor.
Result<Networks> load_networks(const std::filesystem::path& folder, at::Device device, at::ScalarType type);

// The components one by one, for tools that need no more.
Result<TextEncoder> load_text_encoder(const std::filesystem::path& folder, at::Device device,
                                      at::ScalarType type);
Result<ConditionEncoder> load_condition_encoder(const std::filesystem::path& folder, at::Device device,
                                                at::ScalarType type);
Result<Transformer> load_transformer(const std::filesystem::path& folder, at::Device device,
                                     at::ScalarType type);
Result<VaeDecoder> load_vae_decoder(const std::filesystem::path& folder, at::Device device,
                                    at::ScalarType type);

}  // namespace musicfleet::ace_v15
