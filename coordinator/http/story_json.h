// A job's story as operators read it. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"
#include "coordinator/http/job_desk.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// {job, attempts, events}; `public_url` as in job_json().
nlohmann::ordered_json story_json(const JobStory& story, const std::string& public_url);
JsonSchema story_schema();

}  // namespace musicfleet::http
