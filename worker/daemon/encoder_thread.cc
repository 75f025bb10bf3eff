#include "worker/daemon/encoder_thread.h"

#include "common/sha256.h"
#include "worker/daemon/guarded.h"

#include <array>
#include <fstream>
#include <utility>

namespace musicfleet::daemon {
namespace {

Result<Sha256> hash_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256Hasher hasher;
  std::array<char, 1 << 16> piece;
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
    hasher.update(std::string_view(piece.data(), static_cast<std::size_t>(file.gcount())));
  if (!file.eof()) return fail(ErrorCode::kUnavailable, "cannot read ", path.string());
  return hasher.finish();
}

}  // namespace

EncoderThread::EncoderThread(EncodeSong encode, UploadSong upload, EncoderEvents events)
    : encode_(std::move(encode)),
      upload_(std::move(upload)),
      events_(std::move(events)),
      thread_([this] { run(); }) {}

EncoderThread::~EncoderThread() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  thread_.join();
}

void EncoderThread::encode(Lease lease, Pcm pcm, AudioFormat format, SongTags tags,
                           std::filesystem::path file) {
  // Shared, since std::function copies and the samples of a long song are hundreds of megabytes.
  auto samples = std::make_shared<const Pcm>(std::move(pcm));
  submit([this, lease = std::move(lease), samples = std::move(samples), format, tags = std::move(tags),
          file = std::move(file)] {
    events_.encoded(lease, guarded([&] { return encode_file(*samples, format, tags, file); }));
  });
}

void EncoderThread::upload(to_worker::Ticket ticket, std::filesystem::path file, std::stop_token stop) {
  submit([this, ticket = std::move(ticket), file = std::move(file), stop = std::move(stop)] {
    if (stop.stop_requested())
      return events_.uploaded(ticket.lease, fail(ErrorCode::kCancelled, "cancelled before the upload"));
    int told = 0;
    const UploadProgress progress = [&](std::uint64_t done, std::uint64_t total) {
      const int percent = total == 0 ? 0 : static_cast<int>(100.0 * double(done) / double(total));
      if (percent == std::exchange(told, percent)) return;
      events_.sent(ticket.lease, percent);
    };
    events_.uploaded(ticket.lease, guarded([&] { return upload_(ticket, file, stop, progress); }));
  });
}

void EncoderThread::submit(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(work));
  }
  changed_.notify_all();
}

void EncoderThread::run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
      if (ending_) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

Result<EncodedFile> EncoderThread::encode_file(const Pcm& pcm, const AudioFormat& format,
                                               const SongTags& tags,
                                               const std::filesystem::path& file) const {
  const auto begin = std::chrono::steady_clock::now();
  EncodedFile encoded{MF_TRY(encode_(pcm, format, tags, file))};
  encoded.sha256 = MF_TRY(hash_of(file));
  encoded.encode_time =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return encoded;
}

}  // namespace musicfleet::daemon
