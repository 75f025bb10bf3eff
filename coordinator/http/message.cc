#include "coordinator/http/message.h"

#include <array>
#include <stdexcept>

namespace musicfleet::http {

Awaitable<std::string> read_all(RequestBody& body, std::size_t limit) {
  const auto too_large = [&] {
    return fail(ErrorCode::kTooLarge, "the body of this request must have at most ", limit, " bytes");
  };
  if (body.length().value_or(0) > limit) co_return too_large();
  std::string text;
  std::array<std::byte, 8192> piece;
  for (;;) {
    const Result<std::size_t> n = co_await body.read_some(piece);
    if (!n) co_return Failure(n.error());
    if (*n == 0) co_return text;
    if (text.size() + *n > limit) co_return too_large();
    text.append(reinterpret_cast<const char*>(piece.data()), *n);
  }
}

const std::string& HttpRequest::path_parameter(std::string_view name) const {
  const std::string* value = find_field(path_parameters, name);
  if (!value) throw std::logic_error(concat("the route has no parameter ", name));
  return *value;
}

HttpResponse json_response(int status, std::string json) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = std::move(json);
  return response;
}

}  // namespace musicfleet::http
