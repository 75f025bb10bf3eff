#include "coordinator/http/song_body.h"

#include "common/base64.h"
#include "coordinator/elevenlabs/detailed_answer.h"
#include "coordinator/elevenlabs/g711.h"

#include <algorithm>

namespace musicfleet::http {
namespace {

constexpr std::size_t kEventBytes = 48 * 1024;

std::int16_t sample_at(const char* bytes) {
  return static_cast<std::int16_t>(static_cast<unsigned char>(bytes[0]) | static_cast<unsigned char>(bytes[1])
                                                                              << 8);
}

}  // namespace

FramedBody::FramedBody(std::string head, std::unique_ptr<ResponseBody> inner, std::string tail)
    : head_(std::move(head)), inner_(std::move(inner)), tail_(std::move(tail)) {}

Awaitable<std::string> FramedBody::next() {
  if (!head_.empty()) co_return std::exchange(head_, {});
  if (inner_) {
    auto piece = co_await inner_->next();
    if (!piece || !piece->empty()) co_return piece;
    inner_.reset();
  }
  co_return std::exchange(tail_, {});
}

G711Body::G711Body(std::unique_ptr<ResponseBody> samples, int channels, elevenlabs::Delivery law)
    : samples_(std::move(samples)), frame_bytes_(2 * static_cast<std::size_t>(channels)), law_(law) {}

Awaitable<std::string> G711Body::next() {
  std::string coded;
  while (coded.empty()) {
    auto piece = co_await samples_->next();
    if (!piece || piece->empty()) co_return piece;
    rest_ += *piece;
    const std::size_t frames = rest_.size() / frame_bytes_;
    coded.reserve(frames);
    for (std::size_t i = 0; i < frames; ++i) {
      int sum = 0;
      for (std::size_t at = 0; at < frame_bytes_; at += 2) sum += sample_at(&rest_[i * frame_bytes_ + at]);
      const auto mixed = static_cast<std::int16_t>(sum * 2 / static_cast<int>(frame_bytes_));
      coded += static_cast<char>(law_ == elevenlabs::Delivery::kUlaw ? elevenlabs::to_ulaw(mixed)
                                                                     : elevenlabs::to_alaw(mixed));
    }
    rest_.erase(0, frames * frame_bytes_);
  }
  co_return coded;
}

ChunkEventsBody::ChunkEventsBody(std::unique_ptr<ResponseBody> audio, std::uint64_t length)
    : audio_(std::move(audio)), left_(length) {}

Awaitable<std::string> ChunkEventsBody::next() {
  // What would be less than half an event joins the one before it.
  const std::size_t wanted = static_cast<std::size_t>(
      left_ < kEventBytes + kEventBytes / 2 ? left_ : std::min<std::uint64_t>(left_, kEventBytes));
  if (wanted == 0) co_return std::string();
  while (held_.size() < wanted) {
    auto piece = co_await audio_->next();
    if (!piece) co_return piece;
    if (piece->empty()) co_return fail(ErrorCode::kCorrupt, "a song's file is shorter than it was");
    held_ += *piece;
  }
  const std::string chunk = to_base64(std::string_view(held_).substr(0, wanted));
  held_.erase(0, wanted);
  left_ -= wanted;
  co_return elevenlabs::sse_event({{"type", "audio_chunk"}, {"audio_chunk", chunk}});
}

WatchedBody::WatchedBody(std::unique_ptr<ResponseBody> inner, std::function<void()> on_end)
    : inner_(std::move(inner)), on_end_(std::move(on_end)) {}

Awaitable<std::string> WatchedBody::next() {
  auto piece = co_await inner_->next();
  if (piece && piece->empty() && on_end_) std::exchange(on_end_, {})();
  co_return piece;
}

}  // namespace musicfleet::http
