// The time limit of whatever is going on at a socket. When it passes, the operation ends with
// operation_aborted and expired() says why; the socket stays open, so that the client can still be told
// (Beast's own stream would close it). Moving the limit costs nothing: the timer is set again only once it
// has fired. Loop thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>

namespace musicfleet::http {

class SocketDeadline {
 public:
  // The socket must outlive this object.
  explicit SocketDeadline(boost::asio::ip::tcp::socket& socket);
  ~SocketDeadline();
  SocketDeadline(const SocketDeadline&) = delete;
  SocketDeadline& operator=(const SocketDeadline&) = delete;

  void set(std::chrono::steady_clock::time_point at);
  void set_after(std::chrono::milliseconds time);
  // Nothing is limited until the next set().
  void clear();
  bool expired() const;

 private:
  struct State;
  static void arm(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace musicfleet::http
