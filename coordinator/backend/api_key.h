// Keys as text: <prefix><id>_<secret><checksum>, with mf_ for clients and mfa_ for operators. The id is
// public; the checksum lets a typo be told from a wrong key without a look-up; only the SHA-256 of the whole
// text is stored. Any thread.
#pragma once

#include "common/ids.h"

#include <optional>
#include <string>

namespace musicfleet::backend {

struct ApiKey {
  enum class Kind { kClient, kOperator };

  KeyId id;
  std::string text;  // the whole key, shown once

  // A new key of the operating system's randomness, 256 bits of it in the secret.
  static ApiKey make(Kind kind);
  // The id of a well-formed key of either kind.
  static std::optional<KeyId> id_of(const std::string& text);
};

}  // namespace musicfleet::backend
