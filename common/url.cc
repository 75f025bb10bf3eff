#include "common/url.h"

#include "common/printable.h"

#include <curl/curl.h>

#include <cstdlib>
#include <memory>
#include <optional>

namespace musicfleet {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::optional<std::string> part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

Result<Url> parse(const std::string& text, const std::string& reference = {}) {
  Url url(curl_url());
  const bool parsed =
      url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK &&
      (reference.empty() || curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), 0) == CURLUE_OK);
  const std::string& named = reference.empty() ? text : reference;
  if (!parsed) return fail(ErrorCode::kInvalidArgument, "'", printable(named), "' is not a URL");
  const std::optional<std::string> scheme = part_of(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https")
    return fail(ErrorCode::kInvalidArgument, "'", printable(named), "' is not an http or https URL");
  if (part_of(url, CURLUPART_USER) || part_of(url, CURLUPART_PASSWORD))
    return fail(ErrorCode::kInvalidArgument, "a URL with a user name or password is not accepted");
  return url;
}

bool begins_host(std::string_view host, std::string_view name) {
  return host.substr(0, name.size()) == name &&
         (host.size() == name.size() || host[name.size()] == ':' || host[name.size()] == '/');
}

}  // namespace

Result<UrlOrigin> origin_parts_of(const std::string& url) {
  const Url parsed = MF_TRY(parse(url));
  const std::string port = part_of(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("0");
  return UrlOrigin{part_of(parsed, CURLUPART_SCHEME).value_or(""),
                   part_of(parsed, CURLUPART_HOST).value_or(""),
                   static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10))};
}

Result<std::string> origin_of(const std::string& url) {
  const UrlOrigin origin = MF_TRY(origin_parts_of(url));
  return concat(origin.scheme, "://", origin.host, ":", origin.port);
}

Result<std::string> resolve_url(const std::string& base, const std::string& reference) {
  const Url parsed = MF_TRY(parse(base, reference));
  return part_of(parsed, CURLUPART_URL).value_or("");
}

std::string encode_path(std::string_view path) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "-._~/";
  std::string text;
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != kPlain.npos) {
      text.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', kDigits[byte >> 4], kDigits[byte & 0xF]};
    }
  }
  return text;
}

bool is_loopback(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == url.npos) return false;
  const std::string_view host = url.substr(start + 3);
  const std::size_t end = host.find_first_of(":/");
  const bool in_127 =
      host.substr(0, 4) == "127." && host.substr(0, end).find_first_not_of("0123456789.") == host.npos;
  return in_127 || begins_host(host, "localhost") || begins_host(host, "[::1]");
}

}  // namespace musicfleet
