// What a server answered. Plain data, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace musicfleet {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpReply {
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string body;

  bool ok() const { return status >= 200 && status < 300; }
  // The value of the first header of that name, in any case; empty without one.
  std::string_view header(std::string_view name) const;
};

}  // namespace musicfleet
