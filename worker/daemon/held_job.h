// A job that the worker holds, from its assignment until the coordinator has its result. Plain data of the
// loop thread.
#pragma once

#include "common/fleet_messages.h"
#include "worker/audio/song_tags.h"

#include <boost/asio/steady_timer.hpp>

#include <filesystem>
#include <memory>
#include <stop_token>

namespace musicfleet::daemon {

struct HeldJob {
  enum class Phase {
    kGenerating,   // waiting for the GPU or on it
    kEncoding,     // with the encoder thread
    kNeedsTicket,  // a file that waits for its upload ticket
    kUploading,    // with the encoder thread
    kUploaded,     // waits for the coordinator's word that it is published
    kFailed,       // waits for a coordinator that can be told
  };

  RunningJob running;  // as heartbeats name it
  AudioFormat format;
  SongTags tags;
  Phase phase = Phase::kGenerating;
  std::stop_source stop;  // requested once it is cancelled
  to_coordinator::SongReady song;
  std::filesystem::path file;
  int failed_uploads = 0;
  Error error;  // in kFailed
  // Says again what the coordinator has not answered.
  std::unique_ptr<boost::asio::steady_timer> repeat;
};

}  // namespace musicfleet::daemon
