// `musicfleet model fetch`: brings a published checkpoint from a hub into a folder. Pins the revision to a
// commit, takes the files that the engine needs (wanted_files.h), several at a time, keeps those that are
// already there, and writes the manifest last. An interrupted fetch goes on where it ended. Called by one
// thread, which hears of everything; downloads on threads of its own.
#pragma once

#include "common/hub/fetch_progress.h"
#include "common/hub/hub_connection.h"
#include "common/hub/model_manifest.h"
#include "common/hub/patience.h"
#include "common/hub/repo_file.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace musicfleet {

// Where a fetch keeps what is not whole yet, inside its folder.
inline constexpr const char* kPartialFolder = ".musicfleet-fetch";

struct FetchOptions {
  HubAccess access;
  std::string repository;
  std::string revision = "main";
  std::filesystem::path folder;
  int parallel = 4;  // files at a time
  PatienceOptions patience = {};
};

struct FetchPlan {
  std::string commit;
  std::vector<RepoFile> missing;      // to be downloaded
  std::vector<ManifestFile> present;  // already there, with the right content
  std::vector<RepoFile> skipped;      // in the repository, not needed
  std::uint64_t bytes_missing = 0;    // what partial files already hold not counted
};

// Called on the thread that called fetch_model().
class FetchListener {
 public:
  virtual ~FetchListener() = default;
  virtual void planned(const FetchPlan& plan) = 0;
  // A few times a second.
  virtual void moved(const FetchSnapshot& now) = 0;
  // A line for people: what is tried again, and why.
  virtual void noted(const std::string& text) = 0;
};

struct FetchOutcome {
  ModelManifest manifest;
  bool was_complete = false;  // nothing had to be downloaded
  std::uint64_t bytes_received = 0;
};

// Errors: kInvalidArgument (names, no such checkpoint), kUnauthenticated, kForbidden, kNotFound, kConflict
// (another fetch in that folder), kTooLarge (no room on the disk), kUnavailable, kTimeout, kQuota, kCorrupt,
// kCancelled (`stop`).
Result<FetchOutcome> fetch_model(const FetchOptions& options, FetchListener& listener, std::stop_token stop);

}  // namespace musicfleet
