// One address at which workers reach the coordinator: a bound ROUTER socket with a server key of its own.
// Loop thread.
#pragma once

#include "common/zmq/curve_key_pair.h"
#include "common/zmq/loop_socket.h"

#include <memory>
#include <string>

namespace musicfleet::fleet {

struct DoorOptions {
  std::string endpoint;  // "tcp://0.0.0.0:7000"; port 0: the system chooses
  zmq::CurveKeyPair keys;
};

struct Door {
  std::string endpoint;    // as bound: "tcp://127.0.0.1:43210"
  std::string public_key;  // what a worker must be given to trust it; Z85
  std::unique_ptr<zmq::LoopSocket> socket;
};

// Bound, but silent until its socket is started. See open_router() for who gets in.
Result<std::unique_ptr<Door>> open_door(boost::asio::io_context& loop, zmq::Context& context,
                                        const DoorOptions& options, const std::string& zap_domain);

}  // namespace musicfleet::fleet
