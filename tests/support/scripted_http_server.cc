#include "tests/support/scripted_http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace musicfleet::testing {
namespace {

bool read_more(int connection, std::string& text) {
  std::array<char, 4096> piece;
  const ssize_t n = ::recv(connection, piece.data(), piece.size(), 0);
  if (n > 0) text.append(piece.data(), static_cast<std::size_t>(n));
  return n > 0;
}

void send_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::size_t content_length(const std::string& head) {
  const char* found = ::strcasestr(head.c_str(), "\r\ncontent-length:");
  return found ? std::strtoull(found + 17, nullptr, 10) : 0;
}

}  // namespace

ScriptedHttpServer::ScriptedHttpServer(Script script)
    : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("cannot listen on loopback");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedHttpServer::~ScriptedHttpServer() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string ScriptedHttpServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<std::string> ScriptedHttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedHttpServer::serve() {
  for (int connection; (connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    answer(connection);
    ::close(connection);
  }
}

void ScriptedHttpServer::answer(int connection) {
  std::string text;
  std::size_t end;
  while ((end = text.find("\r\n\r\n")) == std::string::npos)
    if (!read_more(connection, text)) return;
  ScriptedRequest request;
  request.head = text.substr(0, end);
  const std::size_t length = content_length(request.head);
  while (text.size() < end + 4 + length)
    if (!read_more(connection, text)) return;
  request.body = text.substr(end + 4, length);
  const std::size_t space = text.find(' ');
  request.method = text.substr(0, space);
  request.target = text.substr(space + 1, text.find(' ', space + 1) - space - 1);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request.method + " " + request.target);
  }
  const ScriptedReply reply = script_(request);
  const std::string head = "HTTP/1.1 " + std::to_string(reply.status) +
                           " Scripted\r\nContent-Type: " + reply.content_type +
                           "\r\nContent-Length: " + std::to_string(reply.body.size() + reply.missing_bytes) +
                           "\r\nConnection: close\r\n" + reply.more_headers + "\r\n";
  send_all(connection, reply.raw ? *reply.raw : head + reply.body);
  if (reply.before_close) reply.before_close();
}

}  // namespace musicfleet::testing
