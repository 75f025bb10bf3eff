// How an ElevenLabs client is refused: {"detail":{…}} with the vendor's words, or a 422 with its list. Any
// thread.
#pragma once

#include "coordinator/elevenlabs/field_problem.h"
#include "coordinator/http/error_response.h"

namespace musicfleet::elevenlabs {

// 422.
http::HttpResponse field_refusal(const FieldProblems& problems);
// The same as FieldRules, for /openapi.json.
http::JsonSchema field_refusal_schema();

// An ErrorForm: 401 says invalid_api_key, a full house system_busy, wrong fields are a 422 list.
http::HttpResponse error_refusal(const Error& error, std::string_view request_id);

// 400 for what the prompt policy does not let through. `suggestion`, a prompt or a whole plan, may be null.
http::HttpResponse prompt_refusal(std::string_view message, const nlohmann::json& suggestion,
                                  std::string_view request_id);
http::HttpResponse plan_refusal(std::string_view message, const nlohmann::json& suggestion,
                                std::string_view request_id);

}  // namespace musicfleet::elevenlabs
