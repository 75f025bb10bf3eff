// The target of a request (RFC 9112 section 3.2): its path, its query, percent-decoding. Any thread.
#pragma once

#include "common/result.h"
#include "coordinator/http/fields.h"

namespace musicfleet::http {

struct Target {
  std::string path;   // begins with '/', still encoded
  std::string query;  // without the '?', still encoded
};

// Takes the origin form ("/v1/jobs?limit=2") and the absolute form, whose scheme and host are dropped.
Result<Target> split_target(std::string_view target);

// Percent-decoding (RFC 3986 section 2.1); kInvalidArgument for a '%' without two hexadecimal digits.
Result<std::string> percent_decode(std::string_view text);

// "a=1&b=x%20y" as decoded fields, in their order; '+' is a space. kInvalidArgument for broken
// percent-encoding.
Result<Fields> parse_query(std::string_view query);

}  // namespace musicfleet::http
