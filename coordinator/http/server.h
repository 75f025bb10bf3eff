// A listener for one Service: accepts connections, up to a limit, and ends them gracefully. Speaks plain
// HTTP: beyond loopback only behind a proxy that speaks TLS. Loop thread. The Service must outlive the
// io_context's last run.
#pragma once

#include "coordinator/http/server_options.h"
#include "coordinator/http/service.h"

#include <boost/asio/io_context.hpp>

namespace musicfleet::http {

struct ServerState;

class Server {
 public:
  // kInvalidArgument for an address that is not one or may not be listened on; kUnavailable where it is
  // taken.
  static Result<std::unique_ptr<Server>> listen(boost::asio::io_context& loop, Service& service,
                                                ServerOptions options);
  // Closes every connection.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;

  // Takes no new connection or request, ends idle connections and event streams at once, lets answers under
  // way finish, and closes what is left after `grace`.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Listener;

  explicit Server(std::unique_ptr<Listener> listener);

  std::unique_ptr<Listener> listener_;
};

}  // namespace musicfleet::http
