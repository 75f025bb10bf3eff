// The Range header of a request for a song (RFC 9110 section 14): one range of bytes. Any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace musicfleet::http {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive

  std::uint64_t length() const { return last - first + 1; }
  bool operator==(const ByteRange&) const = default;
};

struct WholeBody {
  bool operator==(const WholeBody&) const = default;
};  // no range that is understood: a 200 with everything
struct UnsatisfiableRange {
  bool operator==(const UnsatisfiableRange&) const = default;
};  // a good range outside the body: a 416

using RangeAnswer = std::variant<WholeBody, ByteRange, UnsatisfiableRange>;

// `header` is the value of Range, `size` the body's bytes. A server may ignore a Range that it does not like:
// other units, broken syntax and lists of several ranges get the whole body.
RangeAnswer parse_range(std::string_view header, std::uint64_t size);

}  // namespace musicfleet::http
