// A fleet worker without an engine: one connection of the real CoordinatorLink with a key of its own, which
// ends each job as soon as it is assigned, or never. By its result it reports an invalid argument (a final
// state, no retry); by a song it goes the whole way of one: announced as it was ordered, uploaded with the
// ticket, accepted. Loop thread; uploads are made on the threads behind `upload`.
#pragma once

#include "common/sha256.h"
#include "worker/daemon/coordinator_link.h"

#include <functional>
#include <map>
#include <optional>
#include <string_view>

namespace musicfleet::bench {

enum class JobEnd { kResult, kSong, kNever };

class NoopWorker final : private daemon::LinkListener {
 public:
  // Sends the song as the ticket says, elsewhere, then calls `done` on the loop.
  using Upload = std::function<void(const to_worker::Ticket&, std::function<void()> done)>;

  // `song`: what every song consists of.
  NoopWorker(boost::asio::io_context& loop, const Clock& clock, const LogOutput& log,
             daemon::LinkOptions options, int slots, JobEnd end, std::string_view song, Upload upload);

  void start() { link_.start(); }
  void finish() { link_.finish(); }

 private:
  void on_welcome() override;
  void on_trouble() override {}
  void on_order(to_worker::Message order) override;
  void on_link_ended() override {}

  void take(const to_worker::Assign& assign);
  void tell(const Lease& lease, to_coordinator::Message message);
  void uploaded(const Lease& lease);
  void drop(const Lease& lease);
  // As the daemon does: heartbeats name what it holds.
  void holdings_changed();

  const JobEnd end_;
  const Upload upload_;
  const std::uint64_t song_size_;
  const Sha256 song_sha256_;
  // What it holds, each with what the coordinator is still to hear or to answer, if there is anything.
  std::map<Lease, std::optional<to_coordinator::Message>> held_;
  daemon::CoordinatorLink link_;
};

}  // namespace musicfleet::bench
