// The coordinator's folder: one process at a time, its files and secrets, and endpoints.json, which tells
// whoever may read the folder where this process listens. Thread of its owner.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string>

namespace musicfleet {

// Where a running coordinator is reached.
struct Endpoints {
  std::string http_url;
  std::string admin_url;
  std::string fleet_endpoint;    // "tcp://127.0.0.1:7000"
  std::string fleet_public_key;  // Z85: what a worker must be given
  // Of the door with the next server key; empty where there is none.
  std::string fleet_next_endpoint = {};
  std::string fleet_next_public_key = {};
};

class DataFolder {
 public:
  // Creates the folder (0700) where it is missing and locks it; kConflict where another process has it.
  static Result<DataFolder> open(const std::filesystem::path& path);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  // Unlocks.
  ~DataFolder();

  std::filesystem::path database() const { return path_ / "musicfleet.db"; }
  std::filesystem::path audio() const { return path_ / "audio"; }
  std::filesystem::path backups() const { return std::filesystem::absolute(path_ / "backups"); }
  std::filesystem::path fleet_key() const { return path_ / "fleet.key"; }
  std::filesystem::path next_fleet_key() const { return path_ / "fleet-next.key"; }

  // The key of the admin API in admin.key (0600), drawn where there is none. kForbidden where others
  // may read it, kCorrupt where the file holds none: it is never replaced.
  Result<std::string> admin_key() const;
  // What the secrets of webhooks are sealed with, in webhooks.key; in the same way.
  Result<std::string> webhook_key() const;
  // Writes endpoints.json whole or not at all.
  Result<> announce(const Endpoints& endpoints) const;
  // The process no longer listens.
  void withdraw() const;

 private:
  // A secret in a file (0600), drawn where there is none.
  Result<std::string> secret(const char* file, std::string_view prefix) const;

  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path endpoints_file() const { return path_ / "endpoints.json"; }

  std::filesystem::path path_;
  int lock_;  // descriptor of the locked file
};

}  // namespace musicfleet
