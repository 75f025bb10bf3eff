// The thread that turns samples into a file and brings the file to where its ticket says, one thing after the
// other, so that the GPU is already on the next song. Callbacks are called on this thread; the rest is for
// the loop thread.
#pragma once

#include "common/fleet_messages.h"
#include "worker/audio/encoder.h"
#include "worker/engine.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace musicfleet::daemon {

using EncodeSong = std::function<Result<EncodedSong>(const Pcm&, const AudioFormat&, const SongTags&,
                                                     const std::filesystem::path&)>;
// Bytes sent so far and in all.
using UploadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;
// Sends the file as the ticket says: the HTTP status of the answer, or why there was none.
using UploadSong = std::function<Result<int>(const to_worker::Ticket&, const std::filesystem::path&,
                                             std::stop_token, const UploadProgress&)>;

struct EncodedFile {
  EncodedSong song;
  Sha256 sha256{};
  std::chrono::milliseconds encode_time{0};
};

struct EncoderEvents {
  std::function<void(const Lease&, Result<EncodedFile>)> encoded;
  // Each whole percent of an upload that was reached.
  std::function<void(const Lease&, int percent)> sent;
  std::function<void(const Lease&, Result<int>)> uploaded;
};

class EncoderThread {
 public:
  EncoderThread(EncodeSong encode, UploadSong upload, EncoderEvents events);
  // Waits for what is in hand; request its stop first if that may take long.
  ~EncoderThread();
  EncoderThread(const EncoderThread&) = delete;
  EncoderThread& operator=(const EncoderThread&) = delete;

  void encode(Lease lease, Pcm pcm, AudioFormat format, SongTags tags, std::filesystem::path file);
  void upload(to_worker::Ticket ticket, std::filesystem::path file, std::stop_token stop);

 private:
  void run();
  void submit(std::function<void()> work);
  Result<EncodedFile> encode_file(const Pcm& pcm, const AudioFormat& format, const SongTags& tags,
                                  const std::filesystem::path& file) const;

  const EncodeSong encode_;
  const UploadSong upload_;
  const EncoderEvents events_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace musicfleet::daemon
