// Composition plans as JSON: {"positive_global_styles":[…],"negative_global_styles":[…],"sections":[…]} of
// the first generation, {"chunks":[…]} of later ones. Any thread.
#pragma once

#include "coordinator/elevenlabs/field_problem.h"
#include "coordinator/elevenlabs/plan.h"

namespace musicfleet::elevenlabs {

// The plan at `location` of a request; which of the two forms it must have says the model's generation.
// Sections that are to come from other songs (source_from, conditioning_ref, audio chunks) are a problem.
Checked<Plan> plan_from(const nlohmann::json& value, Generation generation, const nlohmann::json& location);

nlohmann::ordered_json to_json(const Plan& plan);

}  // namespace musicfleet::elevenlabs
