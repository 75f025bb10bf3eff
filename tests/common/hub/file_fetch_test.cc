#include "common/hub/file_fetch.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace musicfleet {
namespace {

HttpReply answer(int status, std::vector<HttpHeader> headers) {
  return {.status = status, .headers = std::move(headers), .body = {}};
}

HttpReply part(const char* range) { return answer(206, {{"Content-Range", range}}); }

TEST(UseOfBody, APartIsAppendedOnlyWhereItFits) {
  EXPECT_EQ(use_of_body(part("bytes 10-99/100"), 10, 100), BodyUse::kAppend);
  for (const char* range :
       {"", "bytes 0-99/100", "bytes 11-99/100", "bytes 10-98/100", "bytes 10-99/101", "bytes 10-99/*"})
    EXPECT_FALSE(use_of_body(part(range), 10, 100)) << range;
  EXPECT_FALSE(use_of_body(part("bytes 0-99/100"), 0, 100)) << "nobody asked for a part";
  EXPECT_THAT(use_of_body(part("\x1b[2J"), 10, 100).error().message, ::testing::HasSubstr("(?[2J)"));
}

TEST(UseOfBody, AWholeFileStartsOverUnlessItsLengthIsWrong) {
  EXPECT_EQ(use_of_body(answer(200, {{"Content-Length", "100"}}), 10, 100), BodyUse::kStartOver);
  EXPECT_EQ(use_of_body(answer(200, {}), 0, 100), BodyUse::kStartOver);
  EXPECT_FALSE(use_of_body(answer(200, {{"Content-Length", "99"}}), 0, 100));
  EXPECT_FALSE(use_of_body(answer(204, {}), 0, 100));
}

// Connections to it are made and never answered.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, any, size) != 0 || ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, any, &size) != 0)
      std::abort();
    url_ = concat("http://127.0.0.1:", ntohs(address.sin_port));
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  const std::string& url() const { return url_; }

 private:
  int socket_;
  std::string url_;
};

TEST(FileFetch, AHubThatFallsSilentIsAskedAgainAndThenGivenUp) {
  const SilentServer server;
  const ::musicfleet::testing::TemporaryFolder folder;
  HubAccess access = HubAccess::make(server.url(), "").value();
  access.http.idle_timeout = std::chrono::seconds(1);
  int waits = 0;
  PatienceOptions options;
  options.most_failures = 1;
  options.pause = [&](std::chrono::milliseconds, const std::stop_token&) { return ++waits > 0; };
  HubConnection connection(access);
  Patience patience(options, 7);
  FetchProgress progress;
  FileFetch fetch(connection, patience, progress, {});
  const RepoFile file{.path = "a.json", .size = 5, .git_oid = std::string(40, 'a'), .sha256 = {}};
  const auto fetched = fetch.fetch(file, server.url() + "/a.json", folder.path(), folder / "a.json");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::kTimeout) << fetched.error().message;
  EXPECT_EQ(waits, 1);
}

TEST(CheckLinked, TheHubMayNotLinkToAnotherContentThanItLists) {
  RepoFile file{.path = "vae/model.safetensors", .size = 100, .git_oid = {}, .sha256 = std::string(64, 'a')};
  const auto linked = [&](const char* name, const std::string& value) {
    return check_linked(answer(302, {{name, value}}), file).has_value();
  };
  EXPECT_TRUE(check_linked(answer(302, {}), file));
  EXPECT_TRUE(linked("X-Linked-Size", "100"));
  EXPECT_FALSE(linked("X-Linked-Size", "101"));
  EXPECT_TRUE(linked("X-Linked-Etag", "\"" + file.sha256 + "\""));
  EXPECT_FALSE(linked("X-Linked-Etag", "\"" + std::string(64, 'b') + "\""));
  EXPECT_TRUE(linked("X-Linked-Etag", "\"some-other-tag\"")) << "a tag that is no SHA-256 says nothing";
}

}  // namespace
}  // namespace musicfleet
