// A disk in memory whose power fails at a chosen call: files keep what was synced, of what was written since
// then any part; names that were added or taken away since their folder's last sync are there or not, each by
// itself. One thread.
#pragma once

#include "coordinator/storage/disk.h"

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace musicfleet {

class VolatileDisk : public Disk {
 public:
  // What a lazy disk leaves out, to show that a test notices.
  enum class Ignores { kNothing, kFileSyncs, kFolderSyncs };

  explicit VolatileDisk(Ignores ignores = Ignores::kNothing) : ignores_(ignores) {}

  Result<bool> make_folder(const std::filesystem::path& folder) const override;
  Result<> sync_file(const std::filesystem::path& file) const override;
  Result<> sync_folder(const std::filesystem::path& folder) const override;
  Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) const override;
  Result<bool> remove_file(const std::filesystem::path& file) const override;
  void remove_empty_folder(const std::filesystem::path& folder) const override;
  Result<std::vector<std::string>> names(const std::filesystem::path& folder) const override;

  // Creates or replaces a file, as an upload does.
  Result<> write(const std::filesystem::path& file, const std::string& bytes);
  // Null where there is no such file.
  const std::string* read(const std::filesystem::path& file) const;
  bool has_folder(const std::filesystem::path& folder) const;

  // Changes so far, and the one, from 1, at which the power fails; 0: never.
  std::uint64_t operations() const { return operations_; }
  void fail_at(std::uint64_t operation) { fails_at_ = operation; }
  // The disk after the failure, powered again; what it kept is drawn by `seed`.
  void restart(std::uint64_t seed);

 private:
  struct Node {
    bool is_folder = false;
    std::string bytes;   // as it is read
    std::string synced;  // what survives in any case
  };
  using Names = std::map<std::filesystem::path, std::shared_ptr<Node>>;

  Result<> count() const;
  bool folder_exists(const std::filesystem::path& folder) const;

  Ignores ignores_;
  std::uint64_t fails_at_ = 0;
  mutable bool powered_ = true;
  mutable std::uint64_t operations_ = 0;
  mutable Names now_;   // the root itself is always there
  mutable Names safe_;  // by the last sync of each folder
};

}  // namespace musicfleet
