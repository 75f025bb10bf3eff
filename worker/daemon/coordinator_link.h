// The worker's end of the fleet protocol: a DEALER socket with CURVE on the loop, driven by LinkMachine.
// Keeps the connection, says hello, beats, and hands over what the coordinator wants done. What the jobs are
// is the listener's affair. Loop thread.
#pragma once

#include "common/clock.h"
#include "common/log.h"
#include "common/zmq/curve_key_pair.h"
#include "common/zmq/loop_socket.h"
#include "worker/daemon/link_machine.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <vector>

namespace musicfleet::daemon {

class LinkListener {
 public:
  virtual ~LinkListener() = default;

  // The coordinator knows us: what it has not answered must be reported once more.
  virtual void on_welcome() = 0;
  // There is no connection, or no coordinator that answers or wants us; told at each failed attempt.
  virtual void on_trouble() = 0;
  // Anything but Welcome, Refused and Again, which are the link's own.
  virtual void on_order(to_worker::Message order) = 0;
  // After finish(): goodbye is on its way, nothing more will come.
  virtual void on_link_ended() = 0;
};

struct LinkOptions {
  std::string endpoint;    // "tcp://coordinator.example:7000"
  std::string server_key;  // Z85
  zmq::CurveKeyPair keys;
  LinkSettings settings;
  // What the coordinator should call this worker; empty: whatever it says.
  std::string expected_name = {};
};

class CoordinatorLink {
 public:
  // `introduction` is the Hello without versions and running jobs.
  CoordinatorLink(boost::asio::io_context& loop, const Clock& clock, Log log, LinkOptions options,
                  to_coordinator::Hello introduction, LinkListener& listener);
  ~CoordinatorLink();

  void start();
  // See LinkMachine::holds.
  void holds(std::vector<RunningJob> running, bool draining);
  // See LinkMachine::has_free.
  void has_free(std::uint64_t bytes) { machine_.has_free(bytes); }
  // SongReady, Uploaded, Failed or Returned. False while the coordinator cannot hear it: report it again
  // on_welcome().
  bool report(to_coordinator::Message message);
  void finish();

  // Whether a coordinator hears us.
  bool serving() const { return machine_.serving(); }

 private:
  void carry_out(LinkEffects effects);
  void open();
  void receive(const zmq::Received& received);
  void arm();

  boost::asio::io_context& loop_;
  const Clock& clock_;
  const Log log_;
  const LinkOptions options_;
  LinkListener& listener_;
  LinkMachine machine_;
  boost::asio::steady_timer timer_;
  zmq::Context context_;
  std::unique_ptr<zmq::LoopSocket> socket_;
};

}  // namespace musicfleet::daemon
