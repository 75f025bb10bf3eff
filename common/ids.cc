#include "common/ids.h"

namespace musicfleet {

std::string make_ulid(std::uint64_t unix_ms, std::uint16_t random_hi, std::uint64_t random_lo) {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text(26, '0');
  // 10 characters of time, then 16 of randomness, five bits each, most significant first.
  for (int i = 9; i >= 0; --i, unix_ms >>= 5) text[static_cast<std::size_t>(i)] = kAlphabet[unix_ms & 31];
  unsigned __int128 random = (static_cast<unsigned __int128>(random_hi) << 64) | random_lo;
  for (int i = 25; i >= 10; --i, random >>= 5)
    text[static_cast<std::size_t>(i)] = kAlphabet[static_cast<unsigned>(random) & 31];
  return text;
}

}  // namespace musicfleet
