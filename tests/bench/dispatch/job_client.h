// One client over one connection, one job after the other: orders it, then asks for it with a long poll until
// it has ended. Speaks just enough HTTP/1.1 for that, so that it takes little of the machine that it measures
// on. Loop thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace musicfleet::bench {

class JobClient {
 public:
  // The next job is to be ordered; false when there is none any more.
  using Next = std::function<bool()>;
  // A job has ended, and this long after it was ordered its end is known.
  using Ended = std::function<void(std::chrono::nanoseconds)>;

  JobClient(boost::asio::io_context& loop, std::uint16_t port, const std::string& api_key, Next next,
            Ended ended);

  // Throws what is wrong: a measurement that went wrong is none.
  void start();

 private:
  void order();
  void ask(std::string_view job);
  void send(std::string request);
  void read();
  // Whether the buffer holds a whole answer; it is then worked on.
  bool take_answer();
  void on_answer(int status, std::string_view head, std::string_view body);

  boost::asio::ip::tcp::socket socket_;
  const boost::asio::ip::tcp::endpoint server_;
  std::string order_;       // the whole request
  std::string ask_header_;  // of a poll, after its path
  const Next next_;
  const Ended ended_;
  std::string request_;
  std::string buffer_;
  std::size_t filled_ = 0;
  std::chrono::steady_clock::time_point ordered_at_{};
};

}  // namespace musicfleet::bench
