// Reads the JSON body of a request. Loop thread.
#pragma once

#include "coordinator/http/message.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {

struct JsonBody {
  nlohmann::json document;  // an object
  std::string raw;
  std::optional<HttpResponse> refusal;  // instead: 400, 408, 413 or 415
};

boost::asio::awaitable<JsonBody> read_json_body(HttpRequest& request, std::size_t limit);

// The answer to a body that could not be read: 408, 413, or 400 for broken framing.
HttpResponse body_refusal(const Error& error, const HttpRequest& request);

}  // namespace musicfleet::http
