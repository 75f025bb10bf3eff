// What a disk holds after a power failure: for each file the bytes that were synced, and the writes since
// then, each of whose sectors may or may not have reached the disk, in any order. Files are created and
// removed for good only by a sync of their folder. The power fails at the operation with a given number.
// Knows nothing of SQLite: crash_vfs.h tells it what happens. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::store {

class CrashDisk {
 public:
  static constexpr std::size_t kSector = 512;

  // What the folder holds now is safely on the disk. `fails_at`: the number of the operation, from 1, at
  // which the power fails; 0: never.
  CrashDisk(std::filesystem::path folder, std::uint64_t fails_at);

  // Each is one operation; false once the power has failed: then nothing is to be done any more. The write
  // or removal at which it fails may still reach the disk, a sync at which it fails does not count.
  bool created(const std::filesystem::path& file);
  bool removed(const std::filesystem::path& file);
  bool written(const std::filesystem::path& file, std::uint64_t offset, std::string_view bytes);
  bool truncated(const std::filesystem::path& file, std::uint64_t size);
  bool synced(const std::filesystem::path& file);
  bool folder_synced();

  bool powered() const { return powered_; }
  std::uint64_t operations() const { return operations_; }
  // Whether a sync of the folder has yet to make the file's name safe.
  bool is_new(const std::filesystem::path& file) const;

  // Replaces what is in the folder by what survived, drawn by `seed`; nobody has a file of it open.
  void survive(std::uint64_t seed) const;

 private:
  struct Change {
    std::uint64_t offset = 0;
    std::string bytes;
    bool truncates = false;  // to `offset`
  };
  struct Content {
    std::string synced;
    std::vector<Change> since;
  };
  // A name of the folder: the file that it has for good, and the file that it has now.
  struct Name {
    std::shared_ptr<Content> safe;
    std::shared_ptr<Content> now;
  };

  bool count();
  static void apply(const Change& change, std::string& to);
  static std::string survivor(const Content& content, double chance, std::mt19937_64& random);

  std::filesystem::path folder_;
  std::uint64_t fails_at_;
  std::uint64_t operations_ = 0;
  bool powered_ = true;
  std::map<std::filesystem::path, Name> names_;
};

}  // namespace musicfleet::store
