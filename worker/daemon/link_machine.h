// Where the worker's conversation with the coordinator stands, and what follows from each thing that happens
// to it: a pure function of (state, event, now) → effects, without socket, clock or thread. CoordinatorLink
// carries the effects out; tests run it on a virtual clock.
#pragma once

#include "common/backoff.h"
#include "common/clock.h"
#include "common/fleet_messages.h"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace musicfleet::daemon {

struct LinkSettings {
  std::chrono::milliseconds answer_timeout{10'000};  // for a connection to stand, and for a hello's answer
  std::chrono::milliseconds refused_pause{30'000};   // before a refused worker tries again
  std::chrono::milliseconds progress_interval{200};  // between heartbeats that tell of progress
  Backoff reconnect{std::chrono::milliseconds(500), std::chrono::milliseconds(5'000)};
  std::uint64_t jitter_seed = 0;
};

// A fresh connection in place of any former one; connected() follows once it can send.
struct OpenConnection {};
struct CloseConnection {};
struct SendMessage {
  to_coordinator::Message message;
};
// The coordinator knows us again: what it has not answered must be said once more.
struct Welcomed {
  std::string worker_name;
};
// A message for the daemon: none of Welcome, Refused and Again, which are the link's own.
struct Deliver {
  to_worker::Message message;
};
// Why there is no connection at the moment.
struct LinkTrouble {
  std::string reason;
};
// Goodbye has been said, or nobody was there to hear it. Nothing follows.
struct LinkEnded {};

using LinkEffect =
    std::variant<OpenConnection, CloseConnection, SendMessage, Welcomed, Deliver, LinkTrouble, LinkEnded>;
using LinkEffects = std::vector<LinkEffect>;

class LinkMachine {
 public:
  // `introduction` is the Hello without its running jobs.
  LinkMachine(LinkSettings settings, to_coordinator::Hello introduction);

  LinkEffects start(SteadyTime now);
  // The connection that was opened last can send.
  LinkEffects connected(SteadyTime now);
  // A message could not be sent: the connection is broken.
  LinkEffects send_refused(SteadyTime now);
  LinkEffects received(SteadyTime now, to_worker::Message message);
  // What the worker holds now. Tells the coordinator at once, or as soon as the last heartbeat is
  // progress_interval ago.
  LinkEffects holds(SteadyTime now, std::vector<RunningJob> running, bool draining);
  // What a song may take on the device from now on; the next hello or heartbeat says it.
  void has_free(std::uint64_t bytes) { introduction_.memory_free_bytes = bytes; }
  // SongReady, Uploaded, Failed or Returned; only while serving().
  LinkEffects report(SteadyTime now, to_coordinator::Message message);
  // Time has passed; to be called at next_tick() or later.
  LinkEffects tick(SteadyTime now);
  LinkEffects finish(SteadyTime now);

  // Whether a welcome stands: reports reach a coordinator that knows us.
  bool serving() const { return state_ == State::kServing; }
  std::optional<SteadyTime> next_tick() const;

 private:
  enum class State { kIdle, kPausing, kConnecting, kGreeting, kServing, kEnded };

  LinkEffects open(SteadyTime now);
  LinkEffects pause(SteadyTime now, std::chrono::milliseconds duration, std::string reason);
  LinkEffects lost(SteadyTime now, std::string reason);
  LinkEffects greet(SteadyTime now);
  LinkEffects beat(SteadyTime now);

  const LinkSettings settings_;
  to_coordinator::Hello introduction_;
  State state_ = State::kIdle;
  SteadyTime due_{};  // of the pause's end, the timeout or the next heartbeat
  SteadyTime last_beat_{};
  std::chrono::milliseconds heartbeat_{5'000};
  std::vector<RunningJob> running_;
  bool draining_ = false;
  int failures_ = 0;  // in a row, since the last welcome
  std::uint64_t jitter_;
};

}  // namespace musicfleet::daemon
