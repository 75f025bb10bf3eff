// What a development fleet needs of its coordinator's admin API: workers let in, an API key. Doing it again
// changes nothing. Main thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/dev/dev_folder.h"

namespace musicfleet::cli {

// Lets the worker in; kConflict where its name has another key or is revoked.
Result<> let_in(ApiClient& admin, const std::string& name, const std::string& public_key);

// The key in the folder where it is still good for the API at `url`; otherwise a new one, which goes into the
// folder.
Result<std::string> working_api_key(ApiClient& admin, const std::string& url, const DevFolder& folder);

// Whether every one of the workers has connected and says what it can make.
Result<bool> are_connected(ApiClient& admin, const std::vector<std::string>& names);

}  // namespace musicfleet::cli
