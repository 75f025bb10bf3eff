#include "coordinator/webhooks/secret.h"

#include "common/base64.h"
#include "common/hmac_sha256.h"
#include "common/random.h"

namespace musicfleet::webhooks {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kNewBytes = 32;

}  // namespace

Secret Secret::make() {
  std::string bytes(kNewBytes, '\0');
  fill_random(bytes.data(), bytes.size());
  return Secret(std::move(bytes));
}

Result<Secret> Secret::of(const std::string& text) {
  std::optional<std::string> bytes;
  if (text.rfind(kPrefix, 0) == 0) bytes = from_base64(std::string_view(text).substr(kPrefix.size()));
  if (!bytes || bytes->size() < kFewestBytes || bytes->size() > kMostBytes)
    return fail(ErrorCode::kInvalidArgument, "must be ", kPrefix, " and base 64 of ", kFewestBytes, " to ",
                kMostBytes, " bytes");
  return Secret(*std::move(bytes));
}

std::string Secret::text() const { return concat(kPrefix, to_base64(bytes_)); }

std::string Secret::sign(const DeliveryId& id, std::int64_t unix_seconds, std::string_view body) const {
  const Sha256 mac = hmac_sha256(bytes_, concat(id, '.', unix_seconds, '.', body));
  return "v1," + to_base64({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

}  // namespace musicfleet::webhooks
