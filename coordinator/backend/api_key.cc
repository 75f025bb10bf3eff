#include "coordinator/backend/api_key.h"

#include "common/random.h"
#include "common/sha256.h"

namespace musicfleet::backend {
namespace {

constexpr std::string_view kPrefix = "mf_";
constexpr std::size_t kIdCharacters = 12;
constexpr std::size_t kSecretCharacters = 43;  // of base 62: 256 bits
constexpr std::size_t kChecksumCharacters = 6;
constexpr std::size_t kBodyCharacters = kPrefix.size() + kIdCharacters + 1 + kSecretCharacters;

std::string checksum_of(std::string_view body) { return to_hex(sha256(body)).substr(0, kChecksumCharacters); }

}  // namespace

ApiKey ApiKey::make() {
  const KeyId id{random_token(kIdCharacters)};
  const std::string body = concat(kPrefix, id, '_', random_token(kSecretCharacters));
  return {id, body + checksum_of(body)};
}

std::optional<KeyId> ApiKey::id_of(const std::string& text) {
  if (text.size() != kBodyCharacters + kChecksumCharacters || text.rfind(kPrefix, 0) != 0)
    return std::nullopt;
  const std::string body = text.substr(0, kBodyCharacters);
  if (body[kPrefix.size() + kIdCharacters] != '_' || text.substr(kBodyCharacters) != checksum_of(body))
    return std::nullopt;
  return KeyId{body.substr(kPrefix.size(), kIdCharacters)};
}

}  // namespace musicfleet::backend
