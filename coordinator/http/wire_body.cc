#include "coordinator/http/wire_body.h"

#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace musicfleet::http {

using std::chrono::steady_clock;

bool is_framing_error(beast::error_code error) {
  static const auto& category = beast::error_code(beast_http::error::bad_method).category();
  return error.category() == category && error != beast_http::error::end_of_stream &&
         error != beast_http::error::partial_message;
}

WireBody::WireBody(tcp::socket& socket, SocketDeadline& deadline, beast::flat_buffer& buffer,
                   RequestParser& parser, std::chrono::milliseconds patience)
    : socket_(socket),
      deadline_(deadline),
      buffer_(buffer),
      parser_(parser),
      patience_(patience),
      continue_awaited_(parser.get().version() >= 11 &&
                        beast::iequals(parser.get()[beast_http::field::expect], "100-continue")) {}

std::optional<std::uint64_t> WireBody::length() const {
  const auto length = parser_.content_length();
  if (length) return *length;
  if (parser_.chunked()) return std::nullopt;
  return 0;  // a request without either has no body (RFC 9112 section 6.3)
}

asio::awaitable<void> WireBody::send_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  continue_awaited_ = false;
  deadline_.set_after(patience_);
  // A peer that is gone is noticed by the read that follows.
  co_await asio::async_write(socket_, asio::buffer(kContinue), kAsTuple);
}

Awaitable<std::size_t> WireBody::read_some(std::span<std::byte> into) {
  if (!begun_) begun_ = steady_clock::now();
  if (continue_awaited_ && !parser_.is_done()) co_await send_continue();
  while (!parser_.is_done()) {
    auto& body = parser_.get().body();
    body.data = into.data();
    body.size = into.size();
    const auto whole = *begun_ + patience_ + std::chrono::seconds(received_ / 1024);
    deadline_.set(std::min<steady_clock::time_point>(whole, steady_clock::now() + patience_));
    const auto [error, n] = co_await beast_http::async_read_some(socket_, buffer_, parser_, kAsTuple);
    deadline_.clear();
    if (error && error != beast_http::error::need_buffer) {
      failed_ = true;
      if (deadline_.expired()) co_return fail(ErrorCode::kTimeout, "the body did not arrive in time");
      if (is_framing_error(error))
        co_return fail(ErrorCode::kInvalidArgument, "malformed body: ", error.message());
      co_return fail(ErrorCode::kUnavailable, "the client broke off: ", error.message());
    }
    if (const std::size_t got = into.size() - body.size; got > 0) {
      received_ += got;
      co_return got;
    }
  }
  co_return std::size_t{0};
}

asio::awaitable<void> WireBody::discard(std::uint64_t most) {
  if (failed_ || continue_awaited_ || !length() || *length() > most) co_return;
  std::array<std::byte, 4096> piece;
  for (;;) {
    const Result<std::size_t> n = co_await read_some(piece);
    if (!n || *n == 0) co_return;
  }
}

}  // namespace musicfleet::http
