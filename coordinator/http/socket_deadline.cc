#include "coordinator/http/socket_deadline.h"

#include <boost/asio/steady_timer.hpp>

namespace musicfleet::http {

using std::chrono::steady_clock;

// Outlives the object while the timer's handler is on its way.
struct SocketDeadline::State {
  explicit State(boost::asio::ip::tcp::socket& its_socket)
      : socket(&its_socket), timer(its_socket.get_executor()) {}

  boost::asio::ip::tcp::socket* socket;  // null once the owner is gone
  boost::asio::steady_timer timer;
  steady_clock::time_point limit = steady_clock::time_point::max();
  steady_clock::time_point fires = steady_clock::time_point::max();  // max: not armed
  bool expired = false;
};

SocketDeadline::SocketDeadline(boost::asio::ip::tcp::socket& socket)
    : state_(std::make_shared<State>(socket)) {}

SocketDeadline::~SocketDeadline() {
  state_->socket = nullptr;
  state_->timer.cancel();
}

void SocketDeadline::set(steady_clock::time_point at) {
  state_->limit = at;
  state_->expired = false;
  if (at < state_->fires) arm(state_);
}

void SocketDeadline::set_after(std::chrono::milliseconds time) { set(steady_clock::now() + time); }

void SocketDeadline::clear() { state_->limit = steady_clock::time_point::max(); }

bool SocketDeadline::expired() const { return state_->expired; }

void SocketDeadline::arm(const std::shared_ptr<State>& state) {
  state->fires = state->limit;
  state->timer.expires_at(state->limit);
  state->timer.async_wait([state](boost::system::error_code error) {
    if (error || !state->socket) return;  // set anew, or not needed any more
    state->fires = steady_clock::time_point::max();
    if (state->limit == steady_clock::time_point::max()) return;
    if (steady_clock::now() < state->limit) return arm(state);
    state->expired = true;
    boost::system::error_code ignored;
    state->socket->cancel(ignored);
  });
}

}  // namespace musicfleet::http
