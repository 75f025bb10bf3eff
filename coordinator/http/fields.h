// Names and values of an HTTP message: headers, query parameters, path parameters. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::http {

struct Field {
  std::string name;
  std::string value;
};
using Fields = std::vector<Field>;

// The value of the first field of that name, in any case; null without one.
const std::string* find_field(const Fields& fields, std::string_view name);

}  // namespace musicfleet::http
