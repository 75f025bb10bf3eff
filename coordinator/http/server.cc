#include "coordinator/http/server.h"

#include "coordinator/http/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace musicfleet::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

Result<tcp::endpoint> endpoint_of(const ServerOptions& options) {
  boost::system::error_code error;
  const asio::ip::address address =
      asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
  if (error)
    return fail(ErrorCode::kInvalidArgument, "cannot listen on \"", options.address, "\": not an IP address");
  if (!address.is_loopback() && !options.behind_proxy)
    return fail(
        ErrorCode::kInvalidArgument, "cannot listen on ", options.address,
        ": beyond loopback, HTTP needs a proxy that speaks TLS in front of it; set behind_proxy = true once "
        "there is one");
  return tcp::endpoint(address, options.port);
}

// Of the clients that have not asked anything the one that has had most time for it; null where all have.
Connection* longest_silent(const ServerState& state) {
  Connection* found = nullptr;
  std::optional<std::chrono::steady_clock::time_point> since;
  for (Connection* connection : state.connections)
    if (const auto waiting = connection->waiting_since(); waiting && (!since || *waiting < *since)) {
      found = connection;
      since = waiting;
    }
  return found;
}

asio::awaitable<void> accept_all(std::shared_ptr<tcp::acceptor> acceptor,
                                 std::shared_ptr<ServerState> state) {
  asio::steady_timer pause(acceptor->get_executor());
  while (acceptor->is_open()) {
    auto [error, socket] = co_await acceptor->async_accept(kAsTuple);
    if (!acceptor->is_open()) co_return;
    if (error) {  // out of file descriptors, or the client gave up already
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(kAsTuple);
      continue;
    }
    // Counted apart, so that uploads cost clients no place, nor clients an upload.
    const std::size_t clients = state->connections.size() - state->uploads_only;
    const ServerOptions& options = state->options;
    // Whoever holds a place and says nothing makes room: silence costs an attacker nothing.
    Connection* const silent = clients < options.max_connections ? nullptr : longest_silent(*state);
    if (silent) silent->close();
    if (silent || clients < options.max_connections)
      start_connection(std::move(socket), state, Admission::kAll);
    else if (state->uploads_only < options.upload_connections)
      start_connection(std::move(socket), state, Admission::kUploads);
    // else it is closed without a word
  }
}

}  // namespace

struct Server::Listener {
  std::shared_ptr<tcp::acceptor> acceptor;
  std::shared_ptr<ServerState> state;
  asio::steady_timer deadline;
  std::uint16_t port;
};

Server::Server(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}

Server::~Server() { stop(std::chrono::milliseconds::zero()); }

Result<std::unique_ptr<Server>> Server::listen(asio::io_context& loop, Service& service,
                                               ServerOptions options) {
  const tcp::endpoint endpoint = MF_TRY(endpoint_of(options));
  auto acceptor = std::make_shared<tcp::acceptor>(loop);
  try {
    acceptor->open(endpoint.protocol());
    acceptor->set_option(tcp::acceptor::reuse_address(true));
    acceptor->bind(endpoint);
    acceptor->listen();
  } catch (const boost::system::system_error& error) {
    return fail(ErrorCode::kUnavailable, "cannot listen on ", endpoint, ": ", error.code().message());
  }
  const std::uint16_t port = acceptor->local_endpoint().port();
  auto state = std::make_shared<ServerState>(service, std::move(options));
  asio::co_spawn(loop, accept_all(acceptor, state), asio::detached);
  auto listener = std::make_unique<Listener>(
      Listener{std::move(acceptor), std::move(state), asio::steady_timer(loop), port});
  return std::unique_ptr<Server>(new Server(std::move(listener)));
}

std::uint16_t Server::port() const { return listener_->port; }

std::size_t Server::connections() const { return listener_->state->connections.size(); }

void Server::stop(std::chrono::milliseconds grace) {
  listener_->acceptor->close();
  listener_->state->draining = true;
  const auto end_all = [state = listener_->state](bool at_once) {
    // Closing does not remove a connection here: its coroutine does, later.
    for (Connection* connection : state->connections) at_once ? connection->close() : connection->drain();
  };
  end_all(grace <= grace.zero());
  if (grace <= grace.zero()) return;
  listener_->deadline.expires_after(grace);
  listener_->deadline.async_wait([end_all](boost::system::error_code error) {
    if (!error) end_all(true);
  });
}

}  // namespace musicfleet::http
