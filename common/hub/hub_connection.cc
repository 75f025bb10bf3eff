#include "common/hub/hub_connection.h"

#include "common/printable.h"
#include "common/url.h"

#include <algorithm>

namespace musicfleet {
namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_https(const std::string& url) {
  const Result<std::string> origin = origin_of(url);
  return origin && origin->starts_with("https://");
}

}  // namespace

Result<HubAccess> HubAccess::make(std::string endpoint, std::string token) {
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (const Result<std::string> origin = origin_of(endpoint); !origin)
    return fail_field("--endpoint", "is wrong: ", origin.error().message);
  if (endpoint.find_first_of("?#") != endpoint.npos) return fail_field("--endpoint", "may have no query");
  const bool odd = std::any_of(token.begin(), token.end(), [](char c) { return c <= ' ' || c > '~'; });
  if (odd) return fail_field("--token-file", "must hold one line: the token");
  if (!token.empty() && !is_https(endpoint) && !is_loopback(endpoint))
    return fail_field("--endpoint", "must be https where a token is sent");
  return HubAccess{.endpoint = std::move(endpoint), .token = std::move(token)};
}

Result<std::optional<std::string>> redirect_of(const HttpReply& reply, const std::string& url) {
  const std::string_view location = reply.header("Location");
  if (!is_redirect(reply.status)) return std::nullopt;
  if (location.empty()) return fail(ErrorCode::kCorrupt, "the hub redirects to nowhere");
  Result<std::string> target = resolve_url(url, std::string(location));
  if (!target)
    return fail(ErrorCode::kCorrupt, "the hub redirects to ", printable(location), ", which is not followed");
  if (is_https(url) && !is_https(*target))
    return fail(ErrorCode::kCorrupt, "the hub redirects from https to http, which is not followed");
  return *std::move(target);
}

Result<HttpReply> HubConnection::get(std::string url, const std::vector<HttpHeader>& headers,
                                     const HttpClient::OnBytes& on_bytes, const OnRedirect& on_redirect,
                                     const std::stop_token& stop) {
  const std::string home = MF_TRY(origin_of(access_.endpoint));
  for (int hops = 0; hops <= kMostRedirects; ++hops) {
    std::vector<HttpHeader> sent = headers;
    if (!access_.token.empty() && MF_TRY(origin_of(url)) == home)
      sent.push_back({"Authorization", "Bearer " + access_.token});
    HttpReply reply = MF_TRY(on_bytes ? client_.stream_bytes(url, sent, on_bytes, stop)
                                      : client_.request("GET", url, sent, {}, stop));
    std::optional<std::string> next = MF_TRY(redirect_of(reply, url));
    if (!next) return reply;
    if (on_redirect) MF_CHECK(on_redirect(reply));
    url = *std::move(next);
  }
  return fail(ErrorCode::kCorrupt, "the hub redirects more than ", kMostRedirects, " times");
}

}  // namespace musicfleet
