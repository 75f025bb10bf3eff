// The worker daemon: takes jobs from the coordinator, has them made on the GPU thread, encoded and uploaded
// on the encoder thread, and tells the coordinator what became of them. Loads the model before it says hello.
// Lives on the loop thread; the threads post to it.
#pragma once

#include "common/backoff.h"
#include "common/clock.h"
#include "common/log.h"
#include "worker/daemon/coordinator_link.h"
#include "worker/daemon/encoder_thread.h"
#include "worker/daemon/gpu_thread.h"
#include "worker/daemon/held_job.h"
#include "worker/daemon/spool.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace musicfleet::daemon {

struct DaemonOptions {
  LinkOptions link;
  std::string software_version;
  // Jobs held at a time: with two the GPU begins the next song while the last one is encoded and uploaded.
  int slots = 2;
  // A song whose upload fails asks for a new ticket after a wait, so many times.
  Backoff upload_retry{std::chrono::milliseconds(1'000), std::chrono::milliseconds(30'000)};
  int upload_attempts = 8;
  // What the coordinator has not answered is said again after this long.
  std::chrono::milliseconds answer_timeout{15'000};
  // How often a device without a song is asked for its free memory.
  std::chrono::milliseconds memory_interval{5'000};
  // A worker that was told to leave goes without its songs once no coordinator has heard it for this long.
  std::chrono::milliseconds leave_patience{60'000};
};

// What the daemon is made of apart from itself.
struct DaemonParts {
  EngineFactory make_engine;
  EncodeSong encode;
  UploadSong upload;
};

class WorkerDaemon final : private LinkListener {
 public:
  // `ended` is posted to the loop, once: without error after leave(), with one where the model cannot be
  // loaded, or where the device has broken and what was in hand has left: a fresh process may find it whole.
  WorkerDaemon(boost::asio::io_context& loop, const Clock& clock, const LogOutput& log, DaemonOptions options,
               Spool spool, DaemonParts parts, std::function<void(Result<>)> ended);
  // Requests the stop of everything and waits for the threads, for a solver step at most.
  ~WorkerDaemon() override;

  // Takes no new job, gives back those that have not begun, finishes the song in hand with its upload, says
  // goodbye. Without a coordinator it leaves after leave_patience in any case.
  void leave();

 private:
  using Held = std::map<Lease, HeldJob>;

  // LinkListener
  void on_welcome() override;
  void on_trouble() override;
  void on_order(to_worker::Message order) override;
  void on_link_ended() override;

  // Orders
  void take(to_worker::Assign assign);
  void cancel(const Lease& lease);
  void upload(to_worker::Ticket ticket);
  void accepted(const Lease& lease);
  void drain();
  void give_back(const Lease& lease);
  void resume();

  // From the threads
  void has_free(std::uint64_t bytes);
  void loaded(Result<ModelDescription> model);
  void progressed(const Lease& lease, const SongProgress& progress);
  void generated(const Lease& lease, Result<GeneratedSong> song);
  void broken(Error error);
  void encoded(const Lease& lease, Result<EncodedFile> file);
  void sent(const Lease& lease, int percent);
  void uploaded(const Lease& lease, Result<int> status);

  HeldJob* find(const Lease& lease, HeldJob::Phase phase);
  void enter(HeldJob& job, HeldJob::Phase phase, Stage stage);
  // Tells, or tells again, what the job's phase has to tell.
  void report(HeldJob& job);
  void report_after(HeldJob& job, std::chrono::milliseconds wait);
  void give_up(HeldJob& job, Error error);
  void drop(const Lease& lease);
  void holdings_changed();
  // Begins, once, the wait for a coordinator that a leaving worker needs for its songs.
  void await_coordinator();
  void end(Result<> how);

  // A callback for a thread: carried out on the loop, unless the daemon is gone by then.
  template <class... Arguments>
  auto on_loop(void (WorkerDaemon::*method)(Arguments...));

  boost::asio::io_context& loop_;
  const Clock& clock_;
  const LogOutput& log_output_;
  const Log log_;
  const DaemonOptions options_;
  const Spool spool_;
  std::function<void(Result<>)> ended_;
  ModelDescription model_;
  std::uint64_t memory_free_bytes_ = 0;    // as the GPU thread last said, in steps
  std::unique_ptr<CoordinatorLink> link_;  // once the model is loaded
  Held held_;
  bool draining_ = false;
  bool leaving_ = false;
  Result<> departure_;                  // what the daemon ends with once it has left
  boost::asio::steady_timer patience_;  // runs while the worker leaves and has no coordinator
  bool awaiting_coordinator_ = false;
  std::uint64_t jitter_ = 0;
  std::shared_ptr<WorkerDaemon*> self_;  // what posted work holds weakly
  EncoderThread encoder_;
  GpuThread gpu_;
};

}  // namespace musicfleet::daemon
