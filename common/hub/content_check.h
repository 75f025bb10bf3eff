// Whether bytes that arrive in order are the file that the hub named: its size, and its SHA-256 for a large
// file or git's name for any other. One thread.
#pragma once

#include "common/git_blob_hash.h"
#include "common/hub/repo_file.h"
#include "common/sha256.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace musicfleet {

class ContentCheck {
 public:
  explicit ContentCheck(const RepoFile& file);

  void update(std::string_view bytes);
  std::uint64_t bytes() const { return bytes_; }
  // The SHA-256 of it all; kCorrupt where size or hash are not those of the file.
  Result<std::string> finish();

 private:
  RepoFile file_;
  std::uint64_t bytes_ = 0;
  Sha256Hasher sha256_;
  std::optional<GitBlobHasher> git_;
};

// Calls `take` with the file's bytes, piece by piece, until it returns false. kNotFound, kInternal.
Result<> read_pieces(const std::filesystem::path& path, const std::function<bool(std::string_view)>& take);

}  // namespace musicfleet
