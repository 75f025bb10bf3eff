#include "tests/bench/dispatch/job_client.h"

#include "common/result.h"

#include <boost/asio/write.hpp>

#include <charconv>
#include <stdexcept>

namespace musicfleet::bench {
namespace {

using boost::system::error_code;

constexpr std::string_view kJob = R"({"prompt":"no-op","duration_seconds":30})";

int number_after(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  int number = -1;
  if (at != text.npos) std::from_chars(text.data() + at + before.size(), text.data() + text.size(), number);
  return number;
}

void check(const error_code& error) {
  if (error) throw std::runtime_error(concat("the connection broke: ", error.message()));
}

}  // namespace

JobClient::JobClient(boost::asio::io_context& loop, std::uint16_t port, const std::string& api_key, Next next,
                     Ended ended)
    : socket_(loop),
      server_(boost::asio::ip::address_v4::loopback(), port),
      next_(std::move(next)),
      ended_(std::move(ended)) {
  const std::string common = concat("Host: 127.0.0.1:", port, "\r\nAuthorization: Bearer ", api_key, "\r\n");
  order_ = concat("POST /v1/jobs HTTP/1.1\r\n", common,
                  "Content-Type: application/json\r\nContent-Length: ", kJob.size(), "\r\n\r\n", kJob);
  ask_header_ = concat("?wait=30 HTTP/1.1\r\n", common, "\r\n");
  buffer_.resize(16 * 1024);
}

void JobClient::start() {
  socket_.connect(server_);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true));
  order();
}

void JobClient::order() {
  if (!next_()) return socket_.close();
  ordered_at_ = std::chrono::steady_clock::now();
  send(order_);
}

void JobClient::ask(std::string_view job) { send(concat("GET ", job, ask_header_)); }

void JobClient::send(std::string request) {
  request_ = std::move(request);
  boost::asio::async_write(socket_, boost::asio::buffer(request_), [this](error_code error, std::size_t) {
    check(error);
    read();
  });
}

void JobClient::read() {
  const auto free = boost::asio::buffer(buffer_.data() + filled_, buffer_.size() - filled_);
  socket_.async_read_some(free, [this](error_code error, std::size_t n) {
    check(error);
    filled_ += n;
    if (!take_answer()) read();
  });
}

bool JobClient::take_answer() {
  const std::string_view all(buffer_.data(), filled_);
  const std::size_t end = all.find("\r\n\r\n");
  if (end == all.npos) return false;
  const std::string_view head = all.substr(0, end + 2);
  const auto length = static_cast<std::size_t>(number_after(head, "\r\nContent-Length: "));
  if (all.size() < end + 4 + length) return false;
  filled_ = 0;
  on_answer(number_after(head, "HTTP/1.1 "), head, all.substr(end + 4, length));
  return true;
}

void JobClient::on_answer(int status, std::string_view head, std::string_view body) {
  static constexpr std::string_view kLocation = "\r\nLocation: ";
  if (status == 202) {
    const std::size_t at = head.find(kLocation) + kLocation.size();
    return ask(head.substr(at, head.find('\r', at) - at));
  }
  const auto is = [&](std::string_view state) { return body.find(state) != body.npos; };
  if (status != 200 || !(is(R"("state":"failed")") || is(R"("state":"succeeded")")))
    throw std::runtime_error(concat("not the end of a job: ", status, ' ', body));
  ended_(std::chrono::steady_clock::now() - ordered_at_);
  order();
}

}  // namespace musicfleet::bench
