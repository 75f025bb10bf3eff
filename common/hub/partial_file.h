// A file on its way: its bytes so far, under a name made of the hash that it must have, so that whoever comes
// after an interruption goes on where it ended. Only a whole and checked file gets its final name. One
// thread.
#pragma once

#include "common/hub/content_check.h"
#include "common/hub/repo_file.h"
#include "common/result.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace musicfleet {

class PartialFile {
 public:
  // Opens what `folder` holds of the file, which is read once for the hash, or begins anew. kInternal;
  // kCancelled
  // (`stop`, within a piece of it) leaves it as it is.
  static Result<PartialFile> open(const std::filesystem::path& folder, const RepoFile& file,
                                  const std::stop_token& stop = {});
  // Bytes of the file that `folder` holds.
  static std::uint64_t bytes_in(const std::filesystem::path& folder, const RepoFile& file);
  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;
  ~PartialFile();

  std::uint64_t offset() const { return check_.bytes(); }
  bool is_whole() const { return offset() == file_.size; }
  // The strong entity tag of the answer that the bytes came from; empty where it is not known.
  const std::string& etag() const { return etag_; }

  // Forgets the bytes and where they came from. kInternal.
  Result<> start_over();
  // Of the answer that the next bytes come from. A weak one counts as none.
  Result<> set_etag(std::string_view etag);
  // kCorrupt for more bytes than the file has.
  Result<> append(std::string_view bytes);
  // Checks size and hash, syncs, and moves it to `target`: its SHA-256. kCorrupt for other content; then it
  // has started over.
  Result<std::string> publish(const std::filesystem::path& target);

 private:
  PartialFile(std::filesystem::path path, const RepoFile& file, int fd);
  Result<> read_what_is_there(const std::stop_token& stop);

  std::filesystem::path path_;
  RepoFile file_;
  int fd_;
  ContentCheck check_;
  std::string etag_;
};

}  // namespace musicfleet
