// The ids that travel between processes, each its own type so that one cannot be passed for another. Plain
// values, any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace musicfleet {

// A non-empty printable string; what it names is in the tag.
template <class Tag>
struct Id {
  std::string value;

  auto operator<=>(const Id&) const = default;
  bool empty() const { return value.empty(); }
};

using JobId = Id<struct JobTag>;        // "job_" + 26 characters, sortable by time of creation (ULID)
using TenantId = Id<struct TenantTag>;  // "default", or what an operator chose
using WorkerId = Id<struct WorkerTag>;  // the name that an operator gave to a worker's key
using KeyId = Id<struct KeyTag>;        // the public part of an API key

template <class Tag>
std::ostream& operator<<(std::ostream& out, const Id<Tag>& id) {
  return out << id.value;
}

// The fencing token of a lease: rises by one with every lease of a job, never falls, never repeats.
using Epoch = std::uint32_t;

// A ULID (https://github.com/ulid/spec): 48 bits of `unix_ms`, then 80 random bits, in Crockford's base 32.
// random_hi holds the upper 16 of the random bits, random_lo the lower 64.
std::string make_ulid(std::uint64_t unix_ms, std::uint16_t random_hi, std::uint64_t random_lo);

}  // namespace musicfleet

template <class Tag>
struct std::hash<musicfleet::Id<Tag>> {
  std::size_t operator()(const musicfleet::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
