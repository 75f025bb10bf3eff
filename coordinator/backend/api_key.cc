#include "coordinator/backend/api_key.h"

#include "common/random.h"
#include "common/result.h"
#include "common/sha256.h"

namespace musicfleet::backend {
namespace {

constexpr std::string_view kClientPrefix = "mf_";
constexpr std::string_view kOperatorPrefix = "mfa_";
constexpr std::size_t kIdCharacters = 12;
constexpr std::size_t kSecretCharacters = 43;  // of base 62: 256 bits
constexpr std::size_t kChecksumCharacters = 6;

std::string checksum_of(std::string_view body) { return to_hex(sha256(body)).substr(0, kChecksumCharacters); }

}  // namespace

ApiKey ApiKey::make(Kind kind) {
  const KeyId id{random_token(kIdCharacters)};
  const std::string body = concat(kind == Kind::kClient ? kClientPrefix : kOperatorPrefix, id, '_',
                                  random_token(kSecretCharacters));
  return {id, body + checksum_of(body)};
}

std::optional<KeyId> ApiKey::id_of(const std::string& text) {
  for (const std::string_view prefix : {kClientPrefix, kOperatorPrefix}) {
    const std::size_t body_size = prefix.size() + kIdCharacters + 1 + kSecretCharacters;
    if (!text.starts_with(prefix) || text.size() != body_size + kChecksumCharacters) continue;
    const std::string body = text.substr(0, body_size);
    if (body[prefix.size() + kIdCharacters] == '_' && text.substr(body_size) == checksum_of(body))
      return KeyId{body.substr(prefix.size(), kIdCharacters)};
  }
  return std::nullopt;
}

}  // namespace musicfleet::backend
