// The files that browsers load, inside this program: the page for people and the API's description. Bytes
// only; who serves them, and how, is http/web_routes.h's. Any thread.
#pragma once

#include <span>
#include <string_view>

namespace musicfleet::web {

struct WebFile {
  std::string_view name;   // "style.css"
  std::string_view plain;  // the file
  std::string_view gzip;   // the same, compressed (RFC 1952)
};

// The page: index.html and what it loads.
std::span<const WebFile> page_files();
// The API's description by Swagger UI: docs.html and what it loads.
std::span<const WebFile> docs_files();

}  // namespace musicfleet::web
