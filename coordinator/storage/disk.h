// What the audio store asks of the file system, as an interface: each call is one step that a power failure
// can fall before, after or into. PosixDisk does it; tests have one that models what survives. Calls block.
// Any thread.
#pragma once

#include "common/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace musicfleet {

class Disk {
 public:
  virtual ~Disk() = default;

  // Whether it made the folder; false where it exists.
  virtual Result<bool> make_folder(const std::filesystem::path& folder) const = 0;
  // What was written to the file survives from now on, but for its name.
  virtual Result<> sync_file(const std::filesystem::path& file) const = 0;
  // What was added to and taken from the folder survives from now on. kNotFound where there is no such
  // folder.
  virtual Result<> sync_folder(const std::filesystem::path& folder) const = 0;
  // Within one file system, at once for whoever looks. kConflict where `to` exists, kNotFound where there is
  // no `from` or no folder for `to`.
  virtual Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) const = 0;
  // Whether there was such a file.
  virtual Result<bool> remove_file(const std::filesystem::path& file) const = 0;
  // Leaves a folder that is not empty.
  virtual void remove_empty_folder(const std::filesystem::path& folder) const = 0;
  // The names in a folder, in no order; none where there is no such folder.
  virtual Result<std::vector<std::string>> names(const std::filesystem::path& folder) const = 0;
};

class PosixDisk : public Disk {
 public:
  Result<bool> make_folder(const std::filesystem::path& folder) const override;
  Result<> sync_file(const std::filesystem::path& file) const override;
  Result<> sync_folder(const std::filesystem::path& folder) const override;
  Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) const override;
  Result<bool> remove_file(const std::filesystem::path& file) const override;
  void remove_empty_folder(const std::filesystem::path& folder) const override;
  Result<std::vector<std::string>> names(const std::filesystem::path& folder) const override;
};

}  // namespace musicfleet
