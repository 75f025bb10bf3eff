// A job's story for people: how it is now and what has to change for it to go on, then every decision with
// its time, its reason and its numbers. Kinds of events that this build does not know are shown with all that
// they say. Pure, any thread.
#pragma once

#include "coordinator/cli/utc_time.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace musicfleet::cli {

// `story` as GET /admin/v1/jobs/{id}/story gives it; lines of at most `columns` characters where words allow
// it, 0: of any length. Ends with a line feed.
std::string story_text(const nlohmann::json& story, UtcTime now, std::size_t columns);

}  // namespace musicfleet::cli
