// The fields of a job as clients write and read them: limits, defaults and descriptions, from which requests
// are checked and /openapi.json is written. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"

namespace musicfleet::http {

constexpr std::size_t kMaxMetadataBytes = 16 * 1024;  // as compact JSON

// Of POST /v1/jobs.
std::span<const FieldRule> submission_fields();
JsonSchema submission_schema();
std::span<const FieldRule> submission_headers();
// Of the job in answers and events; to operators with its tenant and whether it is dead.
std::span<const FieldRule> job_fields();
JsonSchema job_schema();
JsonSchema admin_job_schema();
// Of {jobs, next_cursor}.
JsonSchema job_page_schema();
JsonSchema admin_job_page_schema();
// Of the query of GET /v1/jobs, and of GET /v1/jobs/{id}.
std::span<const FieldRule> job_list_parameters();
std::span<const FieldRule> admin_job_list_parameters();
std::span<const FieldRule> job_wait_parameters();

}  // namespace musicfleet::http
