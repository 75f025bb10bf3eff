// Bodies of answers that are made from a song's file on its way out. Loop thread.
#pragma once

#include "coordinator/elevenlabs/output_format.h"
#include "coordinator/http/message.h"

namespace musicfleet::http {

// Bytes before and after another body.
class FramedBody final : public ResponseBody {
 public:
  FramedBody(std::string head, std::unique_ptr<ResponseBody> inner, std::string tail);
  Awaitable<std::string> next() override;

 private:
  std::string head_;
  std::unique_ptr<ResponseBody> inner_;
  std::string tail_;
};

// 16-bit samples, little-endian, with `channels` side by side, as one channel in G.711.
class G711Body final : public ResponseBody {
 public:
  G711Body(std::unique_ptr<ResponseBody> samples, int channels, elevenlabs::Delivery law);
  Awaitable<std::string> next() override;

 private:
  std::unique_ptr<ResponseBody> samples_;
  std::size_t frame_bytes_;
  elevenlabs::Delivery law_;
  std::string rest_;  // of a frame that the last piece cut
};

// A body as server-sent events {"type":"audio_chunk","audio_chunk":"BASE64"}, each a whole piece by itself.
class ChunkEventsBody final : public ResponseBody {
 public:
  // `length` bytes are to come from `audio`.
  ChunkEventsBody(std::unique_ptr<ResponseBody> audio, std::uint64_t length);
  Awaitable<std::string> next() override;

 private:
  std::unique_ptr<ResponseBody> audio_;
  std::uint64_t left_;
  std::string held_;
};

// Tells when the body has been handed over to the last byte.
class WatchedBody final : public ResponseBody {
 public:
  WatchedBody(std::unique_ptr<ResponseBody> inner, std::function<void()> on_end);
  Awaitable<std::string> next() override;

 private:
  std::unique_ptr<ResponseBody> inner_;
  std::function<void()> on_end_;
};

}  // namespace musicfleet::http
