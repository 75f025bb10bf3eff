#include "coordinator/http/connection.h"

#include "coordinator/http/error_response.h"
#include "coordinator/http/target.h"
#include "coordinator/http/wire_body.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sstream>

namespace musicfleet::http {
namespace {

using std::chrono::steady_clock;
using Message = beast_http::response<beast_http::empty_body>;

constexpr std::uint64_t kDiscardBytes = 64 * 1024;

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

bool is_sane_id(const std::string& id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
  });
}

class BeastConnection final : public Connection, public std::enable_shared_from_this<BeastConnection> {
 public:
  BeastConnection(tcp::socket socket, std::shared_ptr<ServerState> server)
      : socket_(std::move(socket)), deadline_(socket_), server_(std::move(server)) {
    boost::system::error_code ignored;
    const tcp::endpoint peer = socket_.remote_endpoint(ignored);
    peer_ = concat(peer.address().to_string(), ":", peer.port());
    socket_.set_option(tcp::no_delay(true), ignored);
    server_->connections.insert(this);
  }
  ~BeastConnection() override { server_->connections.erase(this); }

  void drain() override {
    if (phase_ != Phase::kAnswering) close();
  }
  void close() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  asio::awaitable<void> run(std::shared_ptr<BeastConnection>) {
    // gcc 12 miscompiles a co_await inside &&, || and ?:, here and below.
    bool another = true;
    while (another && !server_->draining) {
      phase_ = Phase::kIdle;
      another = co_await serve_one();
    }
    co_await hang_up();
  }

  asio::awaitable<void> refuse_work(std::shared_ptr<BeastConnection>) {
    HttpResponse busy = problem(503, "unavailable", "too many connections", {}, new_request_id());
    const SendOptions how{.keep_alive = false};
    co_await send(busy, how);
    co_await hang_up();
  }

 private:
  enum class Phase { kIdle, kAnswering, kStreaming };
  struct SendOptions {
    unsigned version = 11;
    bool head = false;  // the header only
    bool keep_alive = true;
  };

  const ServerOptions& options() const { return server_->options; }

  std::string new_request_id() {
    char text[32];
    std::snprintf(text, sizeof text, "req_%016llx", static_cast<unsigned long long>(server_->random()));
    return text;
  }

  // Whether there may be another request.
  asio::awaitable<bool> serve_one() {
    if (buffer_.size() == 0) {
      deadline_.set_after(options().idle_timeout);
      const auto [error, n] = co_await socket_.async_read_some(buffer_.prepare(4096), kAsTuple);
      deadline_.clear();
      if (error) co_return false;
      buffer_.commit(n);
    }
    RequestParser parser;
    parser.header_limit(options().max_header_bytes);
    parser.body_limit(boost::none);  // each route has its own limit
    deadline_.set_after(options().header_timeout);
    const auto [error, n] = co_await beast_http::async_read_header(socket_, buffer_, parser, kAsTuple);
    deadline_.clear();
    phase_ = Phase::kAnswering;
    if (error) {
      co_await refuse_header(error);
      co_return false;
    }
    co_return co_await answer(parser);
  }

  asio::awaitable<bool> answer(RequestParser& parser) {
    const auto begun = steady_clock::now();
    const auto& message = parser.get();
    WireBody body(socket_, deadline_, buffer_, parser, options().body_timeout);
    HttpRequest request;
    request.method = message.method_string();
    request.target = message.target();
    request.peer = peer_;
    request.body = &body;
    for (const auto& field : message) request.headers.push_back({field.name_string(), field.value()});
    const std::string* id = find_field(request.headers, "X-Request-Id");
    request.request_id = id && is_sane_id(*id) ? *id : new_request_id();

    HttpResponse response;
    if (const Result<Target> target = split_target(request.target); !target) {
      response = malformed(target.error().message, request.request_id);
    } else if (message.version() >= 11 && !find_field(request.headers, "Host")) {
      response = malformed("a request needs a Host header", request.request_id);
    } else {
      request.path = target->path;
      request.query = target->query;
      response = co_await server_->service.serve(request);
    }
    co_await body.discard(kDiscardBytes);
    const bool keep_alive = message.keep_alive() && parser.is_done() && !server_->draining;
    const SendOptions how{message.version(), request.method == "HEAD", keep_alive};
    const Sent sent = co_await send(response, how);
    report(request, response, sent.body_bytes, begun);
    co_return keep_alive&& sent.whole;
  }

  HttpResponse malformed(std::string_view message, const std::string& id) {
    HttpResponse response = problem(400, "malformed_http", message, {}, id);
    response.headers.push_back({"X-Request-Id", id});
    return response;
  }

  // Says what was wrong with a header that could not be read, as long as anybody may be listening.
  asio::awaitable<void> refuse_header(beast::error_code error) {
    HttpRequest request;
    request.request_id = new_request_id();
    request.peer = peer_;
    HttpResponse response;
    if (deadline_.expired()) {
      response = problem(408, "timeout", "the header did not arrive in time", {}, request.request_id);
    } else if (error == beast_http::error::header_limit) {
      response = problem(431, "headers_too_large",
                         concat("the header must have at most ", options().max_header_bytes, " bytes"), {},
                         request.request_id);
    } else if (is_framing_error(error)) {
      response = malformed(concat("malformed HTTP: ", error.message()), request.request_id);
    } else {
      co_return;
    }
    const SendOptions how{.keep_alive = false};
    const Sent sent = co_await send(response, how);
    report(request, response, sent.body_bytes, steady_clock::now());
  }

  struct Sent {
    bool whole = false;
    std::uint64_t body_bytes = 0;
  };

  asio::awaitable<Sent> send(HttpResponse& response, SendOptions how) {
    const bool bodiless = response.status == 204 || response.status == 304;
    const bool chunked = response.stream && !response.stream_length && how.version >= 11;
    const bool until_close = response.stream && !response.stream_length && !chunked;
    Message message(static_cast<beast_http::status>(response.status), how.version);
    for (const Field& field : response.headers) message.insert(field.name, field.value);
    message.set(beast_http::field::date, http_date());
    message.set("X-Content-Type-Options", "nosniff");
    message.keep_alive(how.keep_alive && !until_close);
    if (chunked) message.chunked(true);
    if (!bodiless && !chunked && !until_close)
      message.content_length(response.stream ? *response.stream_length : response.body.size());
    std::ostringstream head;
    head << message.base();

    const bool with_body = !how.head && !bodiless;
    std::string first = std::move(head).str();
    if (with_body && !response.stream) first += response.body;
    Sent sent;
    const bool written = co_await write(asio::buffer(first));
    sent.whole = written && !until_close;
    if (!with_body || !written) co_return sent;
    sent.body_bytes = response.body.size();
    if (response.stream) co_await send_stream(response, chunked, sent);
    co_return sent;
  }

  asio::awaitable<void> send_stream(HttpResponse& response, bool chunked, Sent& sent) {
    if (chunked) phase_ = Phase::kStreaming;
    sent.whole = false;
    for (;;) {
      Result<std::string> piece = co_await next_piece(*response.stream);
      if (!piece) {
        response.cause = piece.error().message;
        co_return;
      }
      if (piece->empty()) break;
      bool written;
      if (chunked)
        written = co_await write(beast_http::make_chunk(asio::buffer(*piece)));
      else
        written = co_await write(asio::buffer(*piece));
      if (!written) co_return;
      sent.body_bytes += piece->size();
    }
    if (chunked)
      sent.whole = co_await write(beast_http::make_chunk_last());
    else
      sent.whole = response.stream_length && sent.body_bytes == *response.stream_length;
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

  template <class Buffers>
  asio::awaitable<bool> write(Buffers buffers) {
    deadline_.set_after(options().write_timeout);
    const auto [error, n] = co_await asio::async_write(socket_, buffers, kAsTuple);
    deadline_.clear();
    co_return !error;
  }

  // Closes so that the client can still read the last answer: a socket closed with unread bytes would reset
  // it.
  asio::awaitable<void> hang_up() {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    deadline_.set_after(std::chrono::seconds(2));
    for (std::size_t left = 1 << 20; left > 0;) {
      buffer_.clear();
      const auto [error, n] = co_await socket_.async_read_some(buffer_.prepare(16 * 1024), kAsTuple);
      if (error) break;
      left -= std::min(left, n);
    }
    close();
  }

  void report(const HttpRequest& request, const HttpResponse& response, std::uint64_t body_bytes,
              steady_clock::time_point begun) {
    if (!options().on_request) return;
    options().on_request(
        {peer_, request.request_id, request.method, response.route, response.status, body_bytes,
         std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begun), response.cause});
  }

  tcp::socket socket_;
  SocketDeadline deadline_;
  beast::flat_buffer buffer_;
  std::shared_ptr<ServerState> server_;
  std::string peer_;
  Phase phase_ = Phase::kIdle;
};

}  // namespace

void start_connection(tcp::socket socket, std::shared_ptr<ServerState> server, bool overloaded) {
  const auto executor = socket.get_executor();
  const auto connection = std::make_shared<BeastConnection>(std::move(socket), std::move(server));
  asio::co_spawn(executor, overloaded ? connection->refuse_work(connection) : connection->run(connection),
                 asio::detached);
}

}  // namespace musicfleet::http
