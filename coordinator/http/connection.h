// One client's connection: reads requests, hands them to the Service, sends the answers (HTTP/1.1 with
// keep-alive and pipelining one after another; Beast parses). Knows limits and timeouts, no route. Loop
// thread. It keeps itself alive until it is closed.
#pragma once

#include "coordinator/http/server_options.h"
#include "coordinator/http/service.h"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <optional>
#include <random>
#include <unordered_set>

namespace musicfleet::http {

class Connection {
 public:
  virtual ~Connection() = default;
  // Ends after the answer under way; at once when there is none, or when it is a stream without an end.
  virtual void drain() = 0;
  virtual void close() = 0;
  // Since when it waits for its client to ask something, which it has not done before the header is whole;
  // unset while a request is answered, after close(), and for an upload connection, whose time is short.
  virtual std::optional<std::chrono::steady_clock::time_point> waiting_since() const = 0;
};

// What a connection is good for: one above the server's limit serves one request, with an upload ticket, and
// answers any other one with a 503.
enum class Admission { kAll, kUploads };

// What a server's connections share.
struct ServerState {
  ServerState(Service& the_service, ServerOptions the_options)
      : service(the_service), options(std::move(the_options)) {}

  Service& service;
  ServerOptions options;
  bool draining = false;
  std::unordered_set<Connection*> connections;
  std::size_t uploads_only = 0;                    // of those
  std::mt19937_64 random{std::random_device{}()};  // for request ids, which are no secret
};

// Serves the socket until either side ends it.
void start_connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerState> server,
                      Admission admission);

}  // namespace musicfleet::http
