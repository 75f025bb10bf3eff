#include "common/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace musicfleet {

void fill_random(void* buffer, std::size_t size) {
  auto* at = static_cast<unsigned char*>(buffer);
  while (size > 0) {
    const ssize_t got = getrandom(at, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

std::uint64_t random_u64() {
  std::uint64_t value = 0;
  fill_random(&value, sizeof value);
  return value;
}

std::string random_token(std::size_t characters) {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr unsigned kLetters = sizeof kAlphabet - 1;
  std::string token;
  while (token.size() < characters) {
    unsigned char byte = 0;
    fill_random(&byte, 1);
    // Bytes past the last whole multiple of the alphabet would favour its first letters.
    if (byte < 256 / kLetters * kLetters) token += kAlphabet[byte % kLetters];
  }
  return token;
}

}  // namespace musicfleet
