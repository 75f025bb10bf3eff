#include "common/hub/parallel_fetch.h"

#include "common/hub/durable_file.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;

// A port of this machine at which nobody listens, and nobody else can.
class DeafPort {
 public:
  DeafPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, any, size) != 0 || ::getsockname(socket_, any, &size) != 0) std::abort();
    url_ = concat("http://127.0.0.1:", ntohs(address.sin_port));
  }
  ~DeafPort() { ::close(socket_); }
  DeafPort(const DeafPort&) = delete;
  DeafPort& operator=(const DeafPort&) = delete;

  const std::string& url() const { return url_; }

 private:
  int socket_;
  std::string url_;
};

class SilentListener : public FetchListener {
 public:
  void planned(const FetchPlan&) override {}
  void moved(const FetchSnapshot&) override {}
  void noted(const std::string&) override {}
};

TEST(ParallelFetch, WhatIsThrownInOneDownloadEndsThemAllAsAnError) {
  const DeafPort port;
  const ::musicfleet::testing::TemporaryFolder folder;
  ASSERT_TRUE(make_folder(folder / kPartialFolder));
  FetchOptions options{.access = HubAccess::make(port.url(), "").value(),
                       .repository = "a/b",
                       .folder = folder.path(),
                       .parallel = 2};
  options.patience.pause = [](std::chrono::milliseconds, const std::stop_token&) -> bool {
    throw std::runtime_error("no memory for it");
  };
  FetchPlan plan;
  plan.commit = std::string(40, 'c');
  for (const char* path : {"a.json", "b.json", "c.json"})
    plan.missing.push_back({.path = path, .size = 5, .git_oid = std::string(40, 'a'), .sha256 = {}});
  FetchProgress progress;
  SilentListener listener;
  const auto fetched = fetch_missing(options, plan, progress, listener, {});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::kInternal);
  EXPECT_THAT(fetched.error().message, HasSubstr("no memory for it"));
}

}  // namespace
}  // namespace musicfleet
