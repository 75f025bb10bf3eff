// Published songs as files under one folder: <root>/songs/<job>/<epoch>.<ext>, and uploads on their way under
// <root>/incoming. An object appears whole or not at all and is never overwritten. Who may publish what is
// decided elsewhere; names here are made of ids that the coordinator gave out, never of a client's text.
// Every call that touches the disk blocks: call it on a file pool's thread. Any thread; no state but the
// root and the disk.
#pragma once

#include "common/ids.h"
#include "common/job_spec.h"
#include "common/result.h"
#include "coordinator/storage/disk.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace musicfleet {

class AudioStore {
 public:
  // Creates what is missing of the folder, whose parent exists, and deletes uploads that an earlier process
  // left unfinished.
  static Result<AudioStore> open(const std::filesystem::path& root,
                                 std::shared_ptr<const Disk> disk = std::make_shared<PosixDisk>());

  // Where the bytes of one upload for that lease are collected; `upload` tells the lease's uploads apart.
  std::filesystem::path temporary_path(const JobId& job, Epoch epoch, std::uint64_t upload) const;
  // "songs/<job>/<epoch>.<ext>": what JobAudio::object holds.
  std::string object_key(const JobId& job, Epoch epoch, AudioContainer container) const;
  // "songs/<job>/<epoch>-shadow.<ext>": a song that was bought to be compared with the one of that lease.
  std::string shadow_key(const JobId& job, Epoch epoch, AudioContainer container) const;
  std::filesystem::path path_of(const std::string& object) const;

  // Makes a complete temporary file the object: fsync, rename, fsync of the folders. On success the object
  // survives a power cut, unless somebody removes it. kConflict where the object exists; kInvalidArgument for
  // what is not an object key.
  Result<> publish(const std::filesystem::path& temporary, const std::string& object) const;
  // The same for the object of a lease that is still current: what a process that ended before its commit
  // left there, and nobody has seen, is replaced.
  Result<> publish_anew(const std::filesystem::path& temporary, const std::string& object) const;
  // Also succeeds where there is no such object.
  Result<> remove(const std::string& object) const;

  // The ids of all jobs of which there are songs, and the objects of one.
  Result<std::vector<JobId>> jobs() const;
  Result<std::vector<std::string>> objects_of(const JobId& job) const;
  // All songs of the job. On success they do not come back after a power cut; also where there are none.
  Result<> remove_all_of(const JobId& job) const;

 private:
  AudioStore(std::filesystem::path root, std::shared_ptr<const Disk> disk);
  std::filesystem::path incoming() const;
  Result<> sweep() const;
  Result<> move_into_folder(const std::filesystem::path& temporary, const std::filesystem::path& path) const;
  Result<> sync_unless_gone(const std::filesystem::path& folder) const;

  std::filesystem::path root_;
  std::shared_ptr<const Disk> disk_;
};

}  // namespace musicfleet
