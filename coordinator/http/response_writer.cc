#include "coordinator/http/response_writer.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include <ctime>

namespace musicfleet::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

// IMF-fixdate (RFC 9110 section 5.6.7).
std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

void append(std::string& header, std::string_view name, std::string_view value) {
  header.append(name).append(": ").append(value).append("\r\n");
}

// The border at which an exception of a stream becomes an Error, as the Service's is for handlers.
Awaitable<std::string> next_piece(ResponseBody& body) {
  std::string thrown;
  try {
    co_return co_await body.next();
  } catch (const std::exception& failure) {
    thrown = failure.what();
  }
  co_return fail(ErrorCode::kInternal, "exception: ", thrown);
}

}  // namespace

ResponseWriter::ResponseWriter(asio::ip::tcp::socket& socket, SocketDeadline& deadline,
                               std::chrono::milliseconds patience)
    : socket_(socket), deadline_(deadline), patience_(patience) {}

// gcc 12 miscompiles a co_await inside &&, || and ?:, so that each stands by itself here.
asio::awaitable<Sent> ResponseWriter::send(HttpResponse& response, const WireFormat& format) {
  const bool bodiless = response.status == 204 || response.status == 304;
  const bool endless = response.stream && !response.stream_length;
  const Framing framing = !endless               ? Framing::kLength
                          : format.version >= 11 ? Framing::kChunks
                                                 : Framing::kUntilClose;
  const bool keep_alive = format.keep_alive && framing != Framing::kUntilClose;
  std::string first = format.version >= 11 ? "HTTP/1.1 " : "HTTP/1.0 ";
  first.reserve(512 + response.body.size());
  first += std::to_string(response.status);
  first += ' ';
  first += std::string_view(beast_http::obsolete_reason(static_cast<beast_http::status>(response.status)));
  first += "\r\n";
  for (const Field& field : response.headers) append(first, field.name, field.value);
  append(first, "X-Request-Id", format.request_id);
  append(first, "Date", http_date());
  append(first, "X-Content-Type-Options", "nosniff");
  if (format.version >= 11 && !keep_alive) append(first, "Connection", "close");
  if (format.version < 11 && keep_alive) append(first, "Connection", "keep-alive");
  if (framing == Framing::kChunks) append(first, "Transfer-Encoding", "chunked");
  if (framing == Framing::kLength && !bodiless)
    append(first, "Content-Length",
           std::to_string(response.stream ? *response.stream_length : response.body.size()));
  first += "\r\n";

  const bool with_body = !format.head && !bodiless;
  if (with_body && !response.stream) first += response.body;
  Sent sent;
  sent.whole = co_await write(asio::buffer(first));
  if (!with_body || !sent.whole) co_return sent;
  sent.body_bytes = response.body.size();
  if (response.stream) co_await send_stream(response, framing, sent);
  co_return sent;
}

asio::awaitable<void> ResponseWriter::send_stream(HttpResponse& response, Framing framing, Sent& sent) {
  sent.whole = false;
  sent.body_bytes = 0;
  for (;;) {
    const Result<std::string> piece = co_await next_piece(*response.stream);
    if (!piece) {
      response.cause = piece.error().message;
      co_return;
    }
    if (piece->empty()) break;
    bool written = false;
    if (framing == Framing::kChunks)
      written = co_await write(beast_http::make_chunk(asio::buffer(*piece)));
    else
      written = co_await write(asio::buffer(*piece));
    if (!written) co_return;
    sent.body_bytes += piece->size();
  }
  if (framing == Framing::kChunks)
    sent.whole = co_await write(beast_http::make_chunk_last());
  else
    sent.whole = response.stream_length && sent.body_bytes == *response.stream_length;
}

template <class Buffers>
asio::awaitable<bool> ResponseWriter::write(Buffers buffers) {
  deadline_.set_after(patience_);
  const auto [error, n] = co_await asio::async_write(socket_, buffers, kAsTuple);
  deadline_.clear();
  co_return !error;
}

}  // namespace musicfleet::http
