#include "common/git_blob_hash.h"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace musicfleet {
namespace {

constexpr std::size_t kSha1Bytes = 20;

// The EVP calls on a SHA-1 context fail only when memory runs out.
void require(int ok) {
  if (ok != 1) throw std::bad_alloc();
}

}  // namespace

GitBlobHasher::GitBlobHasher(std::uint64_t size) : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr);
  require(EVP_DigestInit_ex(context_.get(), EVP_sha1(), nullptr));
  const std::string header = "blob " + std::to_string(size);
  update({header.c_str(), header.size() + 1});  // with its NUL
}

GitBlobHasher::~GitBlobHasher() = default;

void GitBlobHasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

void GitBlobHasher::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string GitBlobHasher::finish() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, kSha1Bytes> hash{};
  require(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr));
  std::string text;
  for (const unsigned char byte : hash) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0xF]);
  }
  return text;
}

}  // namespace musicfleet
