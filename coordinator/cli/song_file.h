// The file that a song ends up in: whether it can be written, and its download under a temporary name beside
// it, checked against the job's SHA-256. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/job_view.h"

#include <filesystem>

namespace musicfleet::cli {

// kInvalidArgument where `path` could not become a file: before anybody makes a song for it.
Result<> check_song_path(const std::filesystem::path& path);

// Puts the song of a succeeded job at `path`, replacing what is there only once all of it has arrived and its
// hash is right. Tries again where the connection breaks. kCorrupt for another hash.
Result<> download_song(ApiClient& api, const JobView& job, const std::filesystem::path& path,
                       const HttpClient::Progress& progress = {}, std::stop_token stop = {});

}  // namespace musicfleet::cli
