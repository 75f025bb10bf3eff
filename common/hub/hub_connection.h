// One thread's connection to a hub and to the servers that it redirects to. Redirects are followed here, not
// by libcurl, because each has to be judged: the token goes to the hub alone, and nobody leads from https to
// http. What an answer means is left to the caller. One thread.
#pragma once

#include "common/http_client.h"

#include <functional>
#include <optional>
#include <string>

namespace musicfleet {

struct HubAccess {
  std::string endpoint;  // "https://huggingface.co", without a slash at the end
  std::string token;     // empty: none
  HttpClientOptions http = {.idle_timeout = std::chrono::seconds(30)};

  // kInvalidArgument for an endpoint that is no URL, or that would carry the token unencrypted to another
  // machine.
  static Result<HubAccess> make(std::string endpoint, std::string token);
};

class HubConnection {
 public:
  // Hears of each redirect, whose headers say what the hub redirects to; an error ends the request.
  using OnRedirect = std::function<Result<>(const HttpReply& redirect)>;

  static constexpr int kMostRedirects = 5;

  explicit HubConnection(const HubAccess& access) : access_(access), client_(access.http) {}

  // GETs a URL of the hub's; the body of a 2xx answer goes to `on_bytes`, or into the reply without one.
  // kCorrupt for a redirect that is not followed; other errors are HttpClient's.
  Result<HttpReply> get(std::string url, const std::vector<HttpHeader>& headers,
                        const HttpClient::OnBytes& on_bytes, const OnRedirect& on_redirect,
                        const std::stop_token& stop);

  const HubAccess& access() const { return access_; }

 private:
  const HubAccess& access_;
  HttpClient client_;
};

// Where an answer to `url` leads: nothing for one that is no redirect. kCorrupt for one that nobody should
// follow.
Result<std::optional<std::string>> redirect_of(const HttpReply& reply, const std::string& url);

}  // namespace musicfleet
