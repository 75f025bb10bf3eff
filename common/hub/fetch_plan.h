// What of a repository is missing in a folder. One thread.
#pragma once

#include "common/hub/model_fetch.h"
#include "common/hub/wanted_files.h"

#include <optional>

namespace musicfleet {

// `known`: the folder's manifest. Where it is of the same commit a file's size is enough; any other file of
// the right size is read and hashed. kCancelled.
Result<FetchPlan> plan_fetch(const FetchOptions& options, const std::string& commit, WantedFiles files,
                             const std::optional<ModelManifest>& known, const std::stop_token& stop);

// kTooLarge where the folder's disk has less room than the plan needs.
Result<> check_room(const std::filesystem::path& folder, const FetchPlan& plan);

}  // namespace musicfleet
