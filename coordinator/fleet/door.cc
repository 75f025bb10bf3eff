#include "coordinator/fleet/door.h"

#include "coordinator/fleet/router_socket.h"

#include <zmq.h>

#include <utility>

namespace musicfleet::fleet {

Result<std::unique_ptr<Door>> open_door(boost::asio::io_context& loop, zmq::Context& context,
                                        const DoorOptions& options, const std::string& zap_domain) {
  auto socket = MF_TRY(open_router(context, options.keys, zap_domain));
  // "tcp://[::]:7000"
  if (options.endpoint.find('[') != std::string::npos) MF_CHECK(socket.set(ZMQ_IPV6, 1));
  MF_CHECK(socket.bind(options.endpoint));
  auto door = std::make_unique<Door>();
  door->endpoint = MF_TRY(socket.bound_endpoint());
  door->public_key = options.keys.public_key;
  door->socket = std::make_unique<zmq::LoopSocket>(loop, std::move(socket));
  return door;
}

}  // namespace musicfleet::fleet
