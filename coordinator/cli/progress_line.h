// How far a job is, as text: a line with a bar for a terminal, and a plain one. Pure functions of the job and
// the time. Any thread.
#pragma once

#include "coordinator/cli/job_view.h"

#include <string>

namespace musicfleet::cli {

// "denoising   [##########··········]  4/8   0:12 left", at most `columns` wide.
std::string progress_bar(const JobView& job, UtcTime now, std::size_t columns);

// "denoising 4/8, 0:12 left"; "queued"
std::string progress_text(const JobView& job, UtcTime now);

}  // namespace musicfleet::cli
