// The call arguments of a golden pipeline run (cases.json) as the pipeline's own prompts.
#pragma once

#include "worker/ace_v15/pipeline.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace musicfleet::parity::v15 {

// One prompt, or as many as the lists in `arguments` have entries; vocal_language may be one for all.
std::vector<ace_v15::PromptTexts> prompts_of(const nlohmann::json& arguments);

std::vector<std::string> texts_of(const std::vector<ace_v15::PromptTexts>& prompts);
std::vector<std::string> lyrics_of(const std::vector<ace_v15::PromptTexts>& prompts);

}  // namespace musicfleet::parity::v15
