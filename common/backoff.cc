#include "common/backoff.h"

#include <algorithm>

namespace musicfleet {

std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

std::chrono::milliseconds Backoff::delay(int failures, std::uint64_t random) const {
  std::chrono::milliseconds whole = std::min(first, longest);
  for (int i = 1; i < failures && whole < longest; ++i) whole = std::min(whole * 2, longest);
  const auto half = static_cast<std::uint64_t>(whole.count() / 2);
  return whole - std::chrono::milliseconds(static_cast<std::int64_t>(random % (half + 1)));
}

}  // namespace musicfleet
