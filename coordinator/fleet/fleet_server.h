// The coordinator's end of the fleet protocol: ROUTER sockets behind CURVE, one for each address and server
// key (more than one while workers move to a new key). Decides who a message is from (by the key of its
// connection, never by what it says), which connection a worker is reached by, and whether the two sides
// speak a common version. What the messages mean is the listener's affair. Loop thread; one thread of its own
// authenticates.
#pragma once

#include "common/log.h"
#include "coordinator/fleet/allow_list.h"
#include "coordinator/fleet/door.h"
#include "coordinator/fleet/fleet_port.h"
#include "coordinator/fleet/zap_handler.h"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace musicfleet::fleet {

class FleetServer final : public FleetPort {
 public:
  // Bound when it returns, but silent: call admit() for the known workers, then start().
  // `clock` says which keys count at the moment; null: the system's.
  static Result<std::unique_ptr<FleetServer>> open(boost::asio::io_context& loop,
                                                   const DoorOptions& first_door, Log log,
                                                   const Clock* clock = nullptr);
  ~FleetServer() override;

  // Begins to hand messages to `listener`, which outlives this object.
  void start(FleetListener& listener);

  // One key, for ever.
  void allow(const WorkerId& worker, const std::string& public_key_z85) {
    admit(worker, {{.public_key_z85 = public_key_z85}});
  }
  // Is told of each hello with the key of its connection.
  void on_hello(std::function<void(const WorkerId&, const std::string& public_key_z85)> tell) {
    tell_hello_ = std::move(tell);
  }

  // A further address with a key of its own, before or after start(). A worker is one worker through
  // whichever door it comes; its last hello counts. The door stays until close_door() is given its public
  // key.
  Result<> open_door(const DoorOptions& options);
  // Its connections end: workers come back through a door that they know. False for a key of no door, and for
  // the last door. Not from inside a FleetListener's call.
  bool close_door(const std::string& public_key);
  const std::vector<std::unique_ptr<Door>>& doors() const { return doors_; }

  // Of the first door.
  const std::string& endpoint() const { return doors_.front()->endpoint; }
  const std::string& public_key() const { return doors_.front()->public_key; }

  Result<> send(const WorkerId& worker, const to_worker::Message& message) override;
  void admit(const WorkerId& worker, std::vector<AllowedKey> keys) override;
  std::optional<std::string> key_of(const WorkerId& worker) const override;
  void revoke(const WorkerId& worker) override;

 private:
  // The connection on which a worker has said hello.
  struct Route {
    Door* door = nullptr;
    zmq::Bytes routing_id;  // of that door

    bool is(const Door& other, const zmq::Bytes& id) const { return door == &other && routing_id == id; }

    std::string public_key;
    int protocol_version = 1;  // as agreed in its hello
  };

  FleetServer(boost::asio::io_context& loop, Log log, const Clock* clock);

  void listen(Door& door);
  void receive(Door& door, zmq::Received received);
  void greet(const WorkerId& worker, Route route, to_coordinator::Hello hello);
  void drop_for_nonsense(const WorkerId& worker, const Door& door, const zmq::Bytes& routing_id,
                         std::string_view reason);
  static Result<> send_on(const Door& door, const zmq::Bytes& routing_id, const to_worker::Message& message);
  // Tells the listener, but not from inside the call that found out.
  void report_gone(const WorkerId& worker, Gone why);
  void flush_gone();
  void drop_expired(const Door& door, const zmq::Bytes& routing_id);

  boost::asio::io_context& loop_;
  const Log log_;
  const SystemClock system_clock_;
  AllowList allowed_;
  zmq::Context context_;
  std::unique_ptr<ZapHandler> zap_handler_;
  std::vector<std::unique_ptr<Door>> doors_;  // at least one
  FleetListener* listener_ = nullptr;
  std::function<void(const WorkerId&, const std::string&)> tell_hello_;
  std::unordered_map<WorkerId, Route> routes_;
  std::vector<std::pair<WorkerId, Gone>> gone_;
  std::shared_ptr<FleetServer*> self_;  // what posted work holds weakly
};

}  // namespace musicfleet::fleet
