// A fleet worker without an engine: one connection of the real CoordinatorLink with a key of its own, which
// ends each job as soon as it is assigned. By its result it reports an invalid argument (a final state, no
// retry); by a song it goes the whole way of a few bytes: announced, uploaded with the ticket, accepted. Loop
// thread; uploads are made on the threads behind `upload`.
#pragma once

#include "common/sha256.h"
#include "worker/daemon/coordinator_link.h"

#include <functional>
#include <map>
#include <string_view>

namespace musicfleet::bench {

enum class JobEnd { kResult, kSong };

// What every no-op song consists of.
constexpr std::string_view kSongBytes = "no-op song";

class NoopWorker final : private daemon::LinkListener {
 public:
  // Sends kSongBytes as the ticket says, elsewhere, then calls `done` on the loop.
  using Upload = std::function<void(const to_worker::Ticket&, std::function<void()> done)>;

  NoopWorker(boost::asio::io_context& loop, const Clock& clock, const LogOutput& log,
             daemon::LinkOptions options, int slots, JobEnd end, Upload upload);

  void start() { link_.start(); }
  void finish() { link_.finish(); }

 private:
  void on_welcome() override;
  void on_trouble() override {}
  void on_order(to_worker::Message order) override;
  void on_link_ended() override {}

  void take(const Lease& lease);
  void tell(const Lease& lease, to_coordinator::Message message);
  void uploaded(const Lease& lease);
  void drop(const Lease& lease);
  // As the daemon does: heartbeats name what it holds.
  void holdings_changed();

  const JobEnd end_;
  const Upload upload_;
  const Sha256 song_sha256_;
  // What it holds, each with what the coordinator is still to hear or to answer.
  std::map<Lease, to_coordinator::Message> held_;
  daemon::CoordinatorLink link_;
};

}  // namespace musicfleet::bench
