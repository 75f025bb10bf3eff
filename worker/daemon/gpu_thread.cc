#include "worker/daemon/gpu_thread.h"

#include "worker/daemon/guarded.h"

#include <optional>
#include <utility>

namespace musicfleet::daemon {
GpuThread::GpuThread(EngineFactory make_engine, GpuEvents events, std::chrono::milliseconds idle_interval)
    : make_engine_(std::move(make_engine)),
      events_(std::move(events)),
      idle_interval_(idle_interval),
      thread_([this] { run(); }) {}

GpuThread::~GpuThread() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  thread_.join();
}

void GpuThread::submit(GpuJob job) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(job));
  }
  changed_.notify_all();
}

bool GpuThread::withdraw(const Lease& lease) {
  const std::scoped_lock lock(mutex_);
  return std::erase_if(queue_, [&](const GpuJob& job) { return job.lease == lease; }) > 0;
}

std::optional<GpuJob> GpuThread::next(Engine& engine) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, idle_interval_, [&] { return ending_ || !queue_.empty(); })) {
    lock.unlock();
    tell_free_bytes(engine);
    lock.lock();
  }
  if (ending_) return std::nullopt;
  GpuJob job = std::move(queue_.front());
  queue_.pop_front();
  return job;
}

void GpuThread::run() {
  auto engine = guarded([&] { return make_engine_(); });
  if (!engine) return events_.loaded(Failure(std::move(engine).error()));
  tell_free_bytes(**engine);
  events_.loaded((*engine)->description());
  while (const auto job = next(**engine)) {
    auto song = make(**engine, *job);
    tell_free_bytes(**engine);
    const bool suspicious = !song && song.error().code == ErrorCode::kInternal;
    events_.done(job->lease, std::move(song));
    if (!suspicious) continue;
    if (auto sound = guarded([&] { return (*engine)->self_test(); }); !sound)
      return events_.broken(std::move(sound).error());
  }
}

// A device that cannot say it shows what ails it at its next song.
void GpuThread::tell_free_bytes(Engine& engine) const {
  events_.free_bytes(guarded([&]() -> Result<std::uint64_t> { return engine.free_bytes(); }).value_or(0));
}

Result<GeneratedSong> GpuThread::make(Engine& engine, const GpuJob& job) {
  const auto begin = std::chrono::steady_clock::now();
  auto song = guarded([&] {
    return engine.generate(
        job.spec, [&](const SongProgress& progress) { events_.progress(job.lease, progress); }, job.stop);
  });
  if (!song) return Failure(std::move(song).error());
  const auto took = std::chrono::steady_clock::now() - begin;
  return GeneratedSong{std::move(*song), std::chrono::duration_cast<std::chrono::milliseconds>(took)};
}

}  // namespace musicfleet::daemon
