// An Engine that does what the job's prompt says: "sing" makes a sine tone in four steps, "wait" stops after
// its first step until release() or a stop request, "hang" until a stop request only, "fail", "oom" and
// "throw" go wrong, "break" does so for good, and "wait-fail" fails after release(). The script may be used
// from any thread.
#pragma once

#include "worker/engine.h"

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>

namespace musicfleet::testing {

class FakeEngineScript {
 public:
  // Lets every song that waits, now or later, go on.
  void release() {
    const std::scoped_lock lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  int songs_begun() const { return begun_; }
  int self_tests() const { return self_tests_; }
  // What the device has free from now on; before that 4 GB.
  void set_free(std::uint64_t bytes) { free_bytes_ = bytes; }

 private:
  friend class FakeEngine;

  // False when stopped.
  bool wait(std::stop_token stop, bool until_released) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [&] { return until_released && released_; });
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool released_ = false;
  std::atomic<int> begun_{0}, self_tests_{0};
  std::atomic<bool> broken_{false};
  std::atomic<std::uint64_t> free_bytes_{4'000'000'000};
};

class FakeEngine final : public Engine {
 public:
  explicit FakeEngine(std::shared_ptr<FakeEngineScript> script) : script_(std::move(script)) {}

  const ModelDescription& description() const override { return description_; }

  Result<Song> generate(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                        std::stop_token stop) override {
    ++script_->begun_;
    report({SongStage::kConditioning, 0, 1});
    if (spec.prompt == "break") script_->broken_ = true;
    if (spec.prompt == "fail" || script_->broken_) return fail(ErrorCode::kInternal, "the engine failed");
    if (spec.prompt == "oom") throw std::bad_alloc();
    if (spec.prompt == "throw") throw std::runtime_error("thrown by the engine");
    report({SongStage::kDenoising, 1, 4});
    const bool waits = spec.prompt.starts_with("wait");
    if ((waits || spec.prompt == "hang") && !script_->wait(stop, waits))
      return fail(ErrorCode::kCancelled, "cancelled between steps");
    if (spec.prompt == "wait-fail") return fail(ErrorCode::kInvalidArgument, "failed after all");
    for (int step = 2; step <= 4; ++step) {
      if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "cancelled between steps");
      report({SongStage::kDenoising, step, 4});
    }
    report({SongStage::kDecoding, 1, 1});
    Song song;
    song.pcm.frames = static_cast<std::size_t>(spec.duration.count()) * 48;
    song.pcm.samples.resize(2 * song.pcm.frames);
    const double pitch = 220.0 + static_cast<double>(spec.seed % 220);
    for (std::size_t i = 0; i < song.pcm.samples.size(); ++i)
      song.pcm.samples[i] =
          0.5F *
          static_cast<float>(std::sin(2 * M_PI * pitch * static_cast<double>(i % song.pcm.frames) / 48'000));
    song.warnings = {"a warning"};
    return song;
  }

  std::uint64_t free_bytes() override { return script_->free_bytes_; }

  Result<> self_test() override {
    ++script_->self_tests_;
    if (script_->broken_) throw std::runtime_error("the device is gone");
    return {};
  }

 private:
  const std::shared_ptr<FakeEngineScript> script_;
  const ModelDescription description_{"fake", "ace_v15", "turbo", "cpu", {1'000'000, 2'000}};
};

}  // namespace musicfleet::testing
