#include "common/hmac_sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>

namespace musicfleet {

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  Sha256 mac{};
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  // Fails only when memory runs out.
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), mac.data(), &size))
    throw std::bad_alloc();
  return mac;
}

}  // namespace musicfleet
