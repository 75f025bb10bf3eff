// A TCP relay to another port of this machine, on the test's loop: while the loop does not run, it reads
// nothing, and what is sent through it piles up in its sender.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>
#include <string>

namespace musicfleet::testing {

class TcpRelay {
 public:
  // `endpoint`: "tcp://127.0.0.1:PORT"
  TcpRelay(boost::asio::io_context& loop, const std::string& endpoint)
      : acceptor_(loop, {boost::asio::ip::make_address("127.0.0.1"), 0}),
        there_(boost::asio::ip::make_address("127.0.0.1"),
               static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)))) {
    accept();
  }

  std::string endpoint() const {
    return "tcp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  using Socket = boost::asio::ip::tcp::socket;
  using Pipe = std::shared_ptr<Socket>;

  void accept() {
    const auto near = std::make_shared<Socket>(acceptor_.get_executor());
    acceptor_.async_accept(*near, [this, near](const boost::system::error_code& error) {
      if (error) return;
      const auto far = std::make_shared<Socket>(acceptor_.get_executor());
      boost::system::error_code refused;
      far->connect(there_, refused);
      boost::asio::co_spawn(acceptor_.get_executor(), pump(near, far), boost::asio::detached);
      boost::asio::co_spawn(acceptor_.get_executor(), pump(far, near), boost::asio::detached);
      accept();
    });
  }

  static boost::asio::awaitable<void> pump(Pipe from, Pipe to) {
    std::array<char, 65'536> buffer;
    try {
      for (;;) {
        const std::size_t n =
            co_await from->async_read_some(boost::asio::buffer(buffer), boost::asio::use_awaitable);
        co_await boost::asio::async_write(*to, boost::asio::buffer(buffer, n), boost::asio::use_awaitable);
      }
    } catch (const boost::system::system_error&) {
      // One end is closed: so is the other, now.
    }
    boost::system::error_code ignored;
    from->close(ignored);
    to->close(ignored);
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  const boost::asio::ip::tcp::endpoint there_;
};

}  // namespace musicfleet::testing
