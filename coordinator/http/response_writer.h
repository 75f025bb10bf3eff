// Puts an answer on the wire: header, then the body from memory, of known length from a stream, or chunk by
// chunk (RFC 9112). Loop thread.
#pragma once

#include "coordinator/http/message.h"
#include "coordinator/http/socket_deadline.h"

namespace musicfleet::http {

struct WireFormat {
  unsigned version = 11;  // of HTTP, times ten
  bool head = false;      // the header only
  bool keep_alive = false;
  std::string request_id;
};

struct Sent {
  bool whole = false;  // and where it ends can be told without closing
  std::uint64_t body_bytes = 0;
};

class ResponseWriter {
 public:
  // `patience` is for each piece of the answer that the peer takes.
  ResponseWriter(boost::asio::ip::tcp::socket& socket, SocketDeadline& deadline,
                 std::chrono::milliseconds patience);

  // A stream that fails puts its reason into response.cause.
  boost::asio::awaitable<Sent> send(HttpResponse& response, const WireFormat& format);

 private:
  enum class Framing { kLength, kChunks, kUntilClose };

  boost::asio::awaitable<void> send_stream(HttpResponse& response, Framing framing, Sent& sent);
  template <class Buffers>
  boost::asio::awaitable<bool> write(Buffers buffers);

  boost::asio::ip::tcp::socket& socket_;
  SocketDeadline& deadline_;
  std::chrono::milliseconds patience_;
};

}  // namespace musicfleet::http
