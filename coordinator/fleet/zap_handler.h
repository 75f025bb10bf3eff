// Answers libzmq's question whether a new connection's key may in (ZAP, https://rfc.zeromq.org/spec/27), on a
// thread of its own: the handshake waits for the answer, so it must not wait for the loop. What it lets in
// carries its public key (Z85) as "User-Id". A ROUTER, which RFC 27 allows as well as a REP: an answer that
// cannot be sent is lost alone, while a REP would answer nobody after it. The list is the only thing shared
// with other threads.
#pragma once

#include "common/log.h"
#include "common/zmq/socket.h"
#include "coordinator/fleet/allow_list.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace musicfleet::fleet {

class ZapHandler {
 public:
  // Ready when it returns; must exist before a socket of the context is bound. `domain` is the only one that
  // it lets anybody into.
  static Result<std::unique_ptr<ZapHandler>> start(zmq::Context& context, std::string domain,
                                                   const AllowList& allowed, Log log);
  // Shuts the context down, so its other sockets must not be needed any more.
  ~ZapHandler();
  ZapHandler(const ZapHandler&) = delete;
  ZapHandler& operator=(const ZapHandler&) = delete;

 private:
  ZapHandler(zmq::Context& context, zmq::Socket socket, std::string domain, const AllowList& allowed,
             Log log);
  void run(zmq::Socket socket);
  std::vector<zmq::Bytes> answer(const zmq::Received& request) const;

  zmq::Context& context_;
  const std::string domain_;
  const AllowList& allowed_;
  const Log log_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace musicfleet::fleet
