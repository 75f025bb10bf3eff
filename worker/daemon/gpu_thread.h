// The one thread that owns and calls the Engine: loads it, then makes one song after the other from a queue.
// Whatever a job throws ends here, and the next one is served, unless the engine's device is broken: that is
// asked after each failure that the job alone does not explain. Callbacks are called on this thread; the rest
// is for the loop thread.
#pragma once

#include "common/fleet_messages.h"
#include "worker/engine.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace musicfleet::daemon {

// Called once, on the GPU thread, which then owns the Engine.
using EngineFactory = std::function<Result<std::unique_ptr<Engine>>()>;

struct GpuJob {
  Lease lease;
  JobSpec spec;
  std::stop_token stop;
};

struct GeneratedSong {
  Song song;
  std::chrono::milliseconds generate_time{0};
};

struct GpuEvents {
  // What a song may take on the device (Engine::free_bytes): before loaded(), before each done(), and again
  // and again while there is nothing to do.
  std::function<void(std::uint64_t)> free_bytes;
  // Once; after an error no job is taken.
  std::function<void(Result<ModelDescription>)> loaded;
  std::function<void(const Lease&, const SongProgress&)> progress;
  std::function<void(const Lease&, Result<GeneratedSong>)> done;
  // After done() of the song that showed it; no further job is begun.
  std::function<void(Error)> broken;
};

class GpuThread {
 public:
  // Without a job the device is asked every `idle_interval` what it has free: others may use it as well.
  GpuThread(EngineFactory make_engine, GpuEvents events,
            std::chrono::milliseconds idle_interval = std::chrono::seconds(5));
  // Waits for the song in hand; request its stop first if that may take long.
  ~GpuThread();
  GpuThread(const GpuThread&) = delete;
  GpuThread& operator=(const GpuThread&) = delete;

  void submit(GpuJob job);
  // Takes a job back that has not begun; done() is not called for it then. False once it has.
  bool withdraw(const Lease& lease);

 private:
  void run();
  std::optional<GpuJob> next(Engine& engine);
  void tell_free_bytes(Engine& engine) const;
  Result<GeneratedSong> make(Engine& engine, const GpuJob& job);

  const EngineFactory make_engine_;
  const GpuEvents events_;
  const std::chrono::milliseconds idle_interval_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<GpuJob> queue_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace musicfleet::daemon
