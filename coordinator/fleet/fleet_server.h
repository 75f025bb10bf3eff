// The coordinator's end of the fleet protocol: a ROUTER socket behind CURVE. Decides who a message is from
// (by the key of its connection, never by what it says), which connection a worker is reached by, and whether
// the two sides speak a common version. What the messages mean is the listener's affair. Loop thread; one
// thread of its own authenticates.
#pragma once

#include "common/log.h"
#include "common/zmq/curve_key_pair.h"
#include "common/zmq/loop_socket.h"
#include "coordinator/fleet/allow_list.h"
#include "coordinator/fleet/fleet_port.h"
#include "coordinator/fleet/zap_handler.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace musicfleet::fleet {

struct FleetServerOptions {
  std::string endpoint;  // "tcp://0.0.0.0:7000"; port 0: the system chooses
  zmq::CurveKeyPair keys;
};

class FleetServer final : public FleetPort {
 public:
  // Bound when it returns, but silent: call allow() for the known workers, then start().
  static Result<std::unique_ptr<FleetServer>> open(boost::asio::io_context& loop, FleetServerOptions options,
                                                   Log log);
  ~FleetServer() override;

  // Begins to hand messages to `listener`, which outlives this object.
  void start(FleetListener& listener);

  // As bound: "tcp://127.0.0.1:43210".
  const std::string& endpoint() const { return endpoint_; }
  // What a worker must be given to trust this coordinator; Z85.
  const std::string& public_key() const { return public_key_; }

  Result<> send(const WorkerId& worker, const to_worker::Message& message) override;
  void allow(const WorkerId& worker, const std::string& public_key_z85) override;
  void revoke(const WorkerId& worker) override;

 private:
  // The connection on which a worker has said hello.
  struct Route {
    zmq::Bytes routing_id;
    std::string public_key;
    int protocol_version = 1;  // as agreed in its hello
  };

  FleetServer(boost::asio::io_context& loop, Log log);

  void receive(zmq::Received received);
  void greet(const WorkerId& worker, Route route, to_coordinator::Hello hello);
  void drop_for_nonsense(const WorkerId& worker, const zmq::Bytes& routing_id, std::string_view reason);
  Result<> send_on(const zmq::Bytes& routing_id, const to_worker::Message& message);
  // Tells the listener, but not from inside the call that found out.
  void report_gone(const WorkerId& worker);
  void flush_gone();

  boost::asio::io_context& loop_;
  const Log log_;
  std::string endpoint_;
  std::string public_key_;
  AllowList allowed_;
  zmq::Context context_;
  std::unique_ptr<ZapHandler> zap_handler_;
  std::unique_ptr<zmq::LoopSocket> socket_;
  FleetListener* listener_ = nullptr;
  std::unordered_map<WorkerId, Route> routes_;
  std::vector<WorkerId> gone_;
  std::shared_ptr<FleetServer*> self_;  // what posted work holds weakly
};

}  // namespace musicfleet::fleet
