// The parts of a job that are stored as JSON: what SQL never searches. Keys are never renamed; readers ignore
// keys that they do not know. Any thread.
#pragma once

#include "coordinator/job.h"

#include <string>

namespace musicfleet::store {

std::string to_json(const JobSpec& spec);
std::string to_json(const JobAudio& audio);
std::string to_json(const Error& error);
std::string to_json(const std::vector<std::string>& texts);

// kCorrupt for what to_json cannot have written.
Result<JobSpec> spec_of_json(const std::string& text);
Result<JobAudio> audio_of_json(const std::string& text);
Result<Error> error_of_json(const std::string& text);
Result<std::vector<std::string>> texts_of_json(const std::string& text);

}  // namespace musicfleet::store
