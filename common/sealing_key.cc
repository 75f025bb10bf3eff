#include "common/sealing_key.h"

#include "common/base64.h"
#include "common/random.h"
#include "common/sha256.h"

#include <openssl/evp.h>

#include <memory>
#include <new>

namespace musicfleet {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free>;

// These calls fail only when memory runs out.
void require(int ok) {
  if (ok != 1) throw std::bad_alloc();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Cipher begin(const Sha256& key, std::string_view nonce, std::string_view context, int encrypt) {
  Cipher cipher(EVP_CIPHER_CTX_new());
  require(cipher != nullptr);
  int length = 0;
  require(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(nonce), encrypt));
  require(
      EVP_CipherUpdate(cipher.get(), nullptr, &length, bytes_of(context), static_cast<int>(context.size())));
  return cipher;
}

}  // namespace

SealingKey::SealingKey(std::string_view key_text) : key_(sha256(key_text)) {}

std::string SealingKey::seal(std::string_view secret, std::string_view context) const {
  std::string nonce(kNonceBytes, '\0'), tag(kTagBytes, '\0'), text(secret.size(), '\0');
  fill_random(nonce.data(), nonce.size());
  const Cipher cipher = begin(key_, nonce, context, 1);
  int length = 0;
  require(EVP_CipherUpdate(cipher.get(), bytes_of(text), &length, bytes_of(secret),
                           static_cast<int>(secret.size())));
  require(EVP_CipherFinal_ex(cipher.get(), bytes_of(text) + length, &length));
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()));
  return to_base64(nonce + tag + text);
}

Result<std::string> SealingKey::open(std::string_view sealed, std::string_view context) const {
  const auto bytes = from_base64(sealed);
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes)
    return fail(ErrorCode::kCorrupt, "is not a sealed secret");
  std::string tag = bytes->substr(kNonceBytes, kTagBytes);
  const std::string text = bytes->substr(kNonceBytes + kTagBytes);
  std::string secret(text.size(), '\0');
  const Cipher cipher = begin(key_, bytes->substr(0, kNonceBytes), context, 0);
  int length = 0;
  require(EVP_CipherUpdate(cipher.get(), bytes_of(secret), &length, bytes_of(text),
                           static_cast<int>(text.size())));
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  if (EVP_CipherFinal_ex(cipher.get(), bytes_of(secret) + length, &length) != 1)
    return fail(ErrorCode::kCorrupt, "was sealed with another key or for something else");
  return secret;
}

}  // namespace musicfleet
