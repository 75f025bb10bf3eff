// SHA-256 (FIPS 180-4) of bytes that are at hand or arrive in pieces, its hexadecimal form, and a comparison
// that tells an attacker nothing by its time. Any thread; a hasher belongs to one thread.
#pragma once

#include "common/fleet_messages.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace musicfleet {

class Sha256Hasher {
 public:
  Sha256Hasher();
  Sha256Hasher(Sha256Hasher&&) noexcept = default;
  Sha256Hasher& operator=(Sha256Hasher&&) noexcept = default;
  ~Sha256Hasher();

  void update(std::span<const std::byte> bytes);
  void update(std::string_view bytes);
  // The hash of everything given so far; afterwards the hasher is as new.
  Sha256 finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Sha256 sha256(std::string_view bytes);

// 64 lower-case hexadecimal digits.
std::string to_hex(const Sha256& hash);
// The hash that 64 hexadecimal digits of either case spell; nothing for any other text.
std::optional<Sha256> from_hex(std::string_view digits);

// Equality in a time that depends on the lengths only, for keys and their hashes.
bool constant_time_equal(std::string_view a, std::string_view b);
bool constant_time_equal(const Sha256& a, const Sha256& b);

}  // namespace musicfleet
