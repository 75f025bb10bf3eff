#include "common/hub/hub_client.h"

#include "common/hub/hub_answer.h"
#include "common/hub/repo_names.h"
#include "common/hub/repo_tree.h"
#include "common/url.h"

#include <nlohmann/json.hpp>

#include <iterator>

namespace musicfleet {
namespace {

using nlohmann::json;

constexpr int kMostPages = 100;

// A revision is one part of a path: "refs/pr/1" is "refs%2Fpr%2F1".
std::string as_one_part(const std::string& revision) {
  std::string text = encode_path(revision);
  for (std::size_t at; (at = text.find('/')) != text.npos;) text.replace(at, 1, "%2F");
  return text;
}

}  // namespace

std::string file_url(const HubAccess& access, const std::string& repository, const std::string& commit,
                     const std::string& path) {
  return concat(access.endpoint, "/", repository, "/resolve/", commit, "/", encode_path(path));
}

Result<HttpReply> HubClient::ask(const std::string& url, const std::string& what,
                                 const std::stop_token& stop) {
  while (true) {
    Result<HttpReply> reply = connection_.get(url, {{"Accept", "application/json"}}, {}, {}, stop);
    if (reply && reply->ok()) {
      patience_.moved_forward();
      return reply;
    }
    const Error error = reply ? refusal_of(*reply, what, !connection_.access().token.empty()) : reply.error();
    MF_CHECK(patience_.after(error, reply ? retry_after(*reply) : std::nullopt, stop));
  }
}

Result<std::string> HubClient::commit_of(const std::string& repository, const std::string& revision,
                                         const std::stop_token& stop) {
  const HttpReply reply = MF_TRY(ask(
      concat(connection_.access().endpoint, "/api/models/", repository, "/revision/", as_one_part(revision)),
      concat(repository, " at ", revision), stop));
  const json document = json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  const auto sha = document.is_object() ? document.find("sha") : document.end();
  if (!document.is_object() || sha == document.end() || !sha->is_string() ||
      !is_commit(sha->get<std::string>()))
    return fail(ErrorCode::kCorrupt, "the hub does not say which commit ", repository, " at ", revision,
                " is: is ", connection_.access().endpoint, " a model hub?");
  return sha->get<std::string>();
}

Result<std::vector<RepoFile>> HubClient::files_of(const std::string& repository, const std::string& commit,
                                                  const std::stop_token& stop) {
  const std::string home = MF_TRY(origin_of(connection_.access().endpoint));
  std::string url =
      concat(connection_.access().endpoint, "/api/models/", repository, "/tree/", commit, "?recursive=true");
  std::vector<RepoFile> files;
  for (int page = 0; page < kMostPages; ++page) {
    const HttpReply reply = MF_TRY(ask(url, concat(repository, " at ", commit), stop));
    std::vector<RepoFile> more = MF_TRY(parse_tree(reply.body));
    files.insert(files.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    if (files.size() > kMaxRepoFiles)
      return fail(ErrorCode::kCorrupt, repository, " has more than ", kMaxRepoFiles, " files");
    const std::optional<std::string> next = next_page(reply.header("Link"));
    if (!next) return files;
    url = MF_TRY(resolve_url(url, *next));
    // A list that goes on elsewhere is not this hub's.
    if (MF_TRY(origin_of(url)) != home)
      return fail(ErrorCode::kCorrupt, "the hub's list of files goes on at another server");
  }
  return fail(ErrorCode::kCorrupt, "the hub's list of files has more than ", kMostPages, " pages");
}

}  // namespace musicfleet
