// The name that git gives to a file's content: SHA-1 over "blob SIZE\0" and the bytes. A hub names so the
// files that it does not keep as large ones. SHA-1 (by OpenSSL) tells damage, not a forger: what must be safe
// from forgery is checked by SHA-256. A hasher belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace musicfleet {

class GitBlobHasher {
 public:
  // `size`: bytes that update() will be given in all.
  explicit GitBlobHasher(std::uint64_t size);
  GitBlobHasher(GitBlobHasher&&) noexcept = default;
  GitBlobHasher& operator=(GitBlobHasher&&) noexcept = default;
  ~GitBlobHasher();

  void update(std::string_view bytes);
  // 40 lower-case hexadecimal digits; afterwards the hasher is spent.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace musicfleet
