// Keeps secrets that must be read again from whoever gets hold of where they are stored: AES-256-GCM (NIST SP
// 800-38D, OpenSSL) under a key that lies elsewhere. Any thread.
#pragma once

#include "common/fleet_messages.h"
#include "common/result.h"

#include <string>
#include <string_view>

namespace musicfleet {

class SealingKey {
 public:
  // `key_text` is a secret of at least 256 bits of randomness, in any spelling.
  explicit SealingKey(std::string_view key_text);

  // Base 64 of a random nonce, the tag and the cipher text. `context` says what the secret belongs to: one
  // that is sealed for something else does not open.
  std::string seal(std::string_view secret, std::string_view context) const;
  // kCorrupt for what was not sealed with this key and context.
  Result<std::string> open(std::string_view sealed, std::string_view context) const;

 private:
  Sha256 key_;
};

}  // namespace musicfleet
