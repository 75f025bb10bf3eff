// The folder in which finished songs wait for their upload. It belongs to one worker process at a time, and
// what an earlier process left in it is worthless: its leases are gone. Loop thread; the paths are for any.
#pragma once

#include "common/fleet_messages.h"

#include <filesystem>

namespace musicfleet::daemon {

class Spool {
 public:
  // Makes the folder where it is missing, locks it, and empties its subfolder "songs". kConflict where
  // another worker uses it.
  static Result<Spool> open(const std::filesystem::path& folder);
  Spool(Spool&& other) noexcept;
  Spool& operator=(Spool&&) = delete;
  ~Spool();

  // Where the song of this lease goes.
  std::filesystem::path file_for(const Lease& lease, AudioContainer container) const;

 private:
  Spool(std::filesystem::path songs, int lock) : songs_(std::move(songs)), lock_(lock) {}

  std::filesystem::path songs_;
  int lock_;  // file descriptor
};

}  // namespace musicfleet::daemon
