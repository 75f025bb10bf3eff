#include "coordinator/http/connection.h"

#include "coordinator/http/error_response.h"
#include "coordinator/http/response_writer.h"
#include "coordinator/http/target.h"
#include "coordinator/http/wire_body.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace musicfleet::http {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kDiscardBytes = 64 * 1024;

bool is_sane_id(const std::string& id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
  });
}

class BeastConnection final : public Connection, public std::enable_shared_from_this<BeastConnection> {
 public:
  BeastConnection(tcp::socket socket, std::shared_ptr<ServerState> server, Admission admission)
      : socket_(std::move(socket)),
        admission_(admission),
        deadline_(socket_),
        server_(std::move(server)),
        writer_(socket_, deadline_, server_->options.write_timeout) {
    boost::system::error_code ignored;
    const tcp::endpoint peer = socket_.remote_endpoint(ignored);
    peer_ = concat(peer.address().to_string(), ":", peer.port());
    socket_.set_option(tcp::no_delay(true), ignored);
    server_->connections.insert(this);
    if (uploads_only()) ++server_->uploads_only;
  }
  ~BeastConnection() override {
    server_->connections.erase(this);
    if (uploads_only()) --server_->uploads_only;
  }

  void drain() override {
    if (phase_ != Phase::kAnswering) close();
  }
  void close() override {
    waiting_since_.reset();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  std::optional<steady_clock::time_point> waiting_since() const override {
    if (uploads_only()) return std::nullopt;
    return waiting_since_;
  }

  asio::awaitable<void> run(std::shared_ptr<BeastConnection>) {
    // gcc 12 miscompiles a co_await inside &&, || and ?:.
    bool another = true;
    while (another && !server_->draining) {
      phase_ = Phase::kIdle;
      if (socket_.is_open()) waiting_since_ = steady_clock::now();
      another = co_await serve_one();
    }
    co_await hang_up();
  }

 private:
  enum class Phase { kIdle, kAnswering, kStreaming };

  const ServerOptions& options() const { return server_->options; }
  bool uploads_only() const { return admission_ == Admission::kUploads; }

  std::string new_request_id() {
    char text[32];
    std::snprintf(text, sizeof text, "req_%016llx", static_cast<unsigned long long>(server_->random()));
    return text;
  }

  // A client that is still there has sent nothing, or the beginning of its next request. Of a connection that
  // the server has closed nobody knows.
  bool is_closed_by_peer() {
    if (!socket_.is_open()) return false;
    char byte;
    const ssize_t n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
  }

  // Whether there may be another request.
  asio::awaitable<bool> serve_one() {
    const auto uploads_header_due = steady_clock::now() + options().upload_header_timeout;
    if (buffer_.size() == 0) {
      deadline_.set(uploads_only() ? uploads_header_due : steady_clock::now() + options().idle_timeout);
      const auto [error, n] = co_await socket_.async_read_some(buffer_.prepare(4096), kAsTuple);
      deadline_.clear();
      if (error) {
        close();  // nothing was said, so there is nothing to wait for
        co_return false;
      }
      buffer_.commit(n);
    }
    RequestParser parser;
    parser.header_limit(options().max_header_bytes);
    parser.body_limit(boost::none);  // each route has its own limit
    deadline_.set(uploads_only() ? uploads_header_due : steady_clock::now() + options().header_timeout);
    const auto [error, n] = co_await beast_http::async_read_header(socket_, buffer_, parser, kAsTuple);
    deadline_.clear();
    phase_ = Phase::kAnswering;
    waiting_since_.reset();
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
    request.peer_gone = [this] { return is_closed_by_peer(); };
    for (const auto& field : message) request.headers.push_back({field.name_string(), field.value()});
    const std::string* id = find_field(request.headers, "X-Request-Id");
    request.request_id = id && is_sane_id(*id) ? *id : new_request_id();

    HttpResponse response;
    if (const Result<Target> target = split_target(request.target); !target) {
      response = problem(problems::kMalformedHttp, target.error().message, {}, request.request_id);
    } else if (message.version() >= 11 && !find_field(request.headers, "Host")) {
      response = problem(problems::kMalformedHttp, "a request needs a Host header", {}, request.request_id);
    } else {
      request.path = target->path;
      request.query = target->query;
      if (!uploads_only() || server_->service.takes_ticket(request))
        response = co_await server_->service.serve(request);
      else
        response =
            problem(problem_of(ErrorCode::kUnavailable), "too many connections", {}, request.request_id);
    }
    if (!uploads_only()) co_await body.discard(kDiscardBytes);
    const bool keep_alive = message.keep_alive() && parser.is_done() && !server_->draining && !uploads_only();
    const WireFormat format{message.version(), request.method == "HEAD", keep_alive, request.request_id};
    if (response.stream && !response.stream_length) phase_ = Phase::kStreaming;
    const Sent sent = co_await writer_.send(response, format);
    report(request, response, sent.body_bytes, begun);
    const bool may_go_on = keep_alive && sent.whole;
    co_return may_go_on;
  }

  // Says what was wrong with a header that could not be read, as long as anybody may be listening.
  asio::awaitable<void> refuse_header(beast::error_code error) {
    HttpRequest request;
    request.request_id = new_request_id();
    request.peer = peer_;
    HttpResponse response;
    if (deadline_.expired()) {
      response =
          problem(problems::kRequestTimeout, "the header did not arrive in time", {}, request.request_id);
    } else if (error == beast_http::error::header_limit) {
      response = problem(problems::kHeadersTooLarge,
                         concat("the header must have at most ", options().max_header_bytes, " bytes"), {},
                         request.request_id);
    } else if (is_framing_error(error)) {
      response = problem(problems::kMalformedHttp, concat("malformed HTTP: ", error.message()), {},
                         request.request_id);
    } else {
      co_return;
    }
    WireFormat format;
    format.request_id = request.request_id;
    const Sent sent = co_await writer_.send(response, format);
    report(request, response, sent.body_bytes, steady_clock::now());
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
  const Admission admission_;
  SocketDeadline deadline_;
  beast::flat_buffer buffer_;
  std::shared_ptr<ServerState> server_;
  ResponseWriter writer_;
  std::string peer_;
  Phase phase_ = Phase::kIdle;
  std::optional<steady_clock::time_point> waiting_since_ = steady_clock::now();
};

}  // namespace

void start_connection(tcp::socket socket, std::shared_ptr<ServerState> server, Admission admission) {
  const auto executor = socket.get_executor();
  const auto connection = std::make_shared<BeastConnection>(std::move(socket), std::move(server), admission);
  asio::co_spawn(executor, connection->run(connection), asio::detached);
}

}  // namespace musicfleet::http
