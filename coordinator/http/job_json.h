// A job as clients see it. Any thread.
#pragma once

#include "coordinator/job.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::http {

// Every field of job_fields(), in that order. `public_url` ("https://music.example", may be empty) stands
// before the path in audio.url.
nlohmann::ordered_json job_json(const Job& job, const std::string& public_url);

// The same for operators: with its tenant, and whether it is dead.
nlohmann::ordered_json admin_job_json(const Job& job, const std::string& public_url);

nlohmann::ordered_json progress_json(const JobProgress& progress);

// {code, message, param}
nlohmann::ordered_json error_json(const Error& error);

}  // namespace musicfleet::http
