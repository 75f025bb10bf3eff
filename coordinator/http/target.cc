#include "coordinator/http/target.h"

#include <algorithm>

namespace musicfleet::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<Target> split_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.substr(0, scheme.size()) != scheme) continue;
    const std::size_t slash = target.find('/', scheme.size());
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  if (target.empty() || target.front() != '/')
    return fail(ErrorCode::kInvalidArgument, "the request target must begin with /");
  const std::size_t mark = target.find('?');
  return Target{std::string(target.substr(0, mark)),
                mark == target.npos ? std::string() : std::string(target.substr(mark + 1))};
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return fail(ErrorCode::kInvalidArgument, "a % in the URL must be followed by two hexadecimal digits");
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

Result<Fields> parse_query(std::string_view query) {
  Fields fields;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    std::string pair(query.substr(0, end));
    query = end == query.npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    std::replace(pair.begin(), pair.end(), '+', ' ');
    const std::size_t equals = pair.find('=');
    std::string name = MF_TRY(percent_decode(std::string_view(pair).substr(0, equals)));
    std::string value = equals == pair.npos
                            ? std::string()
                            : MF_TRY(percent_decode(std::string_view(pair).substr(equals + 1)));
    fields.push_back({std::move(name), std::move(value)});
  }
  return fields;
}

}  // namespace musicfleet::http
