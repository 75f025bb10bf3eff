// The body of a request as it comes off a connection. Includes Beast: for the connection only. Loop thread.
#pragma once

#include "coordinator/http/message.h"
#include "coordinator/http/socket_deadline.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <chrono>

namespace musicfleet::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using tcp = asio::ip::tcp;
using RequestParser = beast_http::request_parser<beast_http::buffer_body>;

// Completion as {error_code, …} instead of an exception.
inline constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

// Whether the peer sent something that is not HTTP, rather than nothing or half of it.
bool is_framing_error(beast::error_code error);

class WireBody : public RequestBody {
 public:
  // The body must be there after `patience` and a second for each KiB received, and no read may take longer
  // than `patience`.
  WireBody(tcp::socket& socket, SocketDeadline& deadline, beast::flat_buffer& buffer, RequestParser& parser,
           std::chrono::milliseconds patience);

  std::optional<std::uint64_t> length() const override;
  // Sends 100 Continue first to a client that waits for it.
  Awaitable<std::size_t> read_some(std::span<std::byte> into) override;

  // Reads the rest if it is known to be short and on its way, so that the connection can be used again.
  asio::awaitable<void> discard(std::uint64_t most);

 private:
  asio::awaitable<void> send_continue();

  tcp::socket& socket_;
  SocketDeadline& deadline_;
  beast::flat_buffer& buffer_;
  RequestParser& parser_;
  std::chrono::milliseconds patience_;
  std::optional<std::chrono::steady_clock::time_point> begun_;
  std::uint64_t received_ = 0;
  bool continue_awaited_;
  bool failed_ = false;
};

}  // namespace musicfleet::http
