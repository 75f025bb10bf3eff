// Downloads one file of a repository: goes on where an earlier try ended, asks again while that may help, and
// gives the file its name only when its size and hash are right. One thread.
#pragma once

#include "common/hub/fetch_progress.h"
#include "common/hub/hub_connection.h"
#include "common/hub/partial_file.h"
#include "common/hub/patience.h"

namespace musicfleet {

// What to do with the body of an answer to "from byte `offset` on".
enum class BodyUse {
  kAppend,     // it is what was asked for
  kStartOver,  // it is the whole file
};
// kCorrupt for an answer that is neither, or of a file with another size than `size`.
Result<BodyUse> use_of_body(const HttpReply& head, std::uint64_t offset, std::uint64_t size);

// kCorrupt where the hub's X-Linked-Size or X-Linked-Etag name another content than `file`.
Result<> check_linked(const HttpReply& reply, const RepoFile& file);

class FileFetch {
 public:
  FileFetch(HubConnection& connection, Patience& patience, FetchProgress& progress, std::stop_token stop)
      : connection_(connection), patience_(patience), progress_(progress), stop_(std::move(stop)) {}

  // From `url` by way of `partial_folder` to `target`; the SHA-256. kCorrupt for content that is not the
  // file's, also when it is downloaded a second time; kCancelled keeps what has arrived.
  Result<std::string> fetch(const RepoFile& file, const std::string& url,
                            const std::filesystem::path& partial_folder, const std::filesystem::path& target);

 private:
  Result<> complete(PartialFile& partial, const RepoFile& file, const std::string& url);
  Result<> one_try(PartialFile& partial, const RepoFile& file, const std::string& url);
  Result<> take(PartialFile& partial, std::string_view bytes);
  Result<> start_over(PartialFile& partial);

  HubConnection& connection_;
  Patience& patience_;
  FetchProgress& progress_;
  std::stop_token stop_;
  std::uint64_t furthest_ = 0;  // byte that this file ever got to
  bool is_mended_ = false;      // its bytes are of more than one answer
};

}  // namespace musicfleet
