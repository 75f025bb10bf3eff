// What of an ACE-Step 1.5 checkpoint decides over memory (common/model/memory_need.h), from its
// configuration. Pure, any thread.
#pragma once

#include "common/model/memory_need.h"
#include "worker/ace_v15/config.h"

#include <filesystem>

namespace musicfleet::ace_v15 {

// parameters: of what stays resident, which no configuration says.
model::ModelWidths memory_widths(const TextEncoderConfig& text, const ConditionEncoderConfig& condition,
                                 const TransformerConfig& transformer, const VaeConfig& vae,
                                 std::uint64_t parameters);

// Of the folder of a checkpoint. Errors: those of its configuration and of its weights' headers.
Result<model::ModelWidths> read_memory_widths(const std::filesystem::path& folder);

}  // namespace musicfleet::ace_v15
