// The folder of a development fleet: where its parts are, and the parts that outlive a run (model, keys),
// made where they are missing. One `musicfleet dev` at a time. Main thread.
#pragma once

#include "coordinator/cli/dev/child_process.h"

#include <filesystem>
#include <string>

namespace musicfleet::cli {

class DevFolder {
 public:
  // Makes the folder (0700) where it is missing and locks it; kConflict where another `musicfleet dev` has
  // it.
  static Result<DevFolder> open(const std::filesystem::path& path);
  DevFolder(DevFolder&& other) noexcept;
  DevFolder& operator=(DevFolder&&) = delete;
  // Unlocks.
  ~DevFolder();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path dev_file() const { return path_ / "dev.json"; }
  std::filesystem::path api_key_file() const { return path_ / "api.key"; }
  std::filesystem::path model() const { return path_ / "tiny-model"; }
  std::filesystem::path coordinator() const { return path_ / "coordinator"; }
  std::filesystem::path coordinator_config() const { return path_ / "coordinator.toml"; }
  std::filesystem::path endpoints_file() const { return coordinator() / "endpoints.json"; }
  std::filesystem::path admin_key_file() const { return coordinator() / "admin.key"; }
  std::filesystem::path worker(const std::string& name) const { return path_ / name; }
  std::filesystem::path worker_key(const std::string& name) const { return worker(name) / "worker.key"; }
  std::filesystem::path spool(const std::string& name) const { return worker(name) / "spool"; }
  std::filesystem::path log(const std::string& name) const { return path_ / "log" / (name + ".log"); }

  // Writes the embedded model, once.
  Result<> make_model(const std::filesystem::path& worker_program) const;
  // Makes the worker's folder and key, once; its public key.
  Result<std::string> make_worker(const std::string& name, const std::filesystem::path& worker_program) const;

 private:
  DevFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;  // descriptor of the locked file
};

}  // namespace musicfleet::cli
