// Downloads the missing files of a plan with a few threads, the largest first; the first error that is not
// worth another try ends them all. Called by one thread, which waits and reports.
#pragma once

#include "common/hub/fetch_progress.h"
#include "common/hub/model_fetch.h"

namespace musicfleet {

// What was downloaded, in the order of `plan.missing`. Every file named has its final name then.
Result<std::vector<ManifestFile>> fetch_missing(const FetchOptions& options, const FetchPlan& plan,
                                                FetchProgress& progress, FetchListener& listener,
                                                const std::stop_token& stop);

}  // namespace musicfleet
