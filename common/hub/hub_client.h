// A Hugging Face-style hub as a list of files: which commit a revision is, what that commit holds, where a
// file of it is downloaded. Asks again where that may help. One thread.
#pragma once

#include "common/hub/hub_connection.h"
#include "common/hub/patience.h"
#include "common/hub/repo_file.h"

namespace musicfleet {

class HubClient {
 public:
  HubClient(HubConnection& connection, Patience& patience) : connection_(connection), patience_(patience) {}

  // GET /api/models/REPO/revision/REVISION
  Result<std::string> commit_of(const std::string& repository, const std::string& revision,
                                const std::stop_token& stop);
  // GET /api/models/REPO/tree/COMMIT?recursive=true, every page of it. kCorrupt where it is too long.
  Result<std::vector<RepoFile>> files_of(const std::string& repository, const std::string& commit,
                                         const std::stop_token& stop);

 private:
  Result<HttpReply> ask(const std::string& url, const std::string& what, const std::stop_token& stop);

  HubConnection& connection_;
  Patience& patience_;
};

// {endpoint}/REPO/resolve/COMMIT/PATH
std::string file_url(const HubAccess& access, const std::string& repository, const std::string& commit,
                     const std::string& path);

}  // namespace musicfleet
