#include "coordinator/providers/request_target.h"

#include "common/url.h"

namespace musicfleet::providers {

Result<> check_base_url(const std::string& url) {
  const auto parts = origin_parts_of(url);
  if (!parts) return Failure(parts.error());
  if (parts->scheme != "https" && !is_loopback(url))
    return fail(ErrorCode::kInvalidArgument, "must begin with https://, or name this machine, not ", url);
  if (url.back() == '/') return fail(ErrorCode::kInvalidArgument, "must have no slash at its end");
  return {};
}

}  // namespace musicfleet::providers
