// What is sent to ElevenLabs for a song: the request body and the name of the format. A caller that came with
// a body of ElevenLabs' own API is passed on (backend/vendor_order.h); a job of our own API is put into these
// terms here. Pure, any thread.
#pragma once

#include "common/job_spec.h"

#include <chrono>
#include <optional>
#include <string>

namespace musicfleet::providers {

struct SongOrder {
  std::string body_json;
  std::string output_format;                        // "mp3_44100_128"
  AudioFormat format;                               // of the file that it becomes
  std::optional<std::chrono::milliseconds> length;  // that was asked for; unset: the vendor chooses

  // What comes are samples of 16 bits without a header (wav_from_samples.h makes a wav file of them).
  bool is_raw() const { return output_format.starts_with("pcm_"); }
};

// The vendor's name of a format; unset where it has none: no flac, and the others at some rates only. A wav
// file is bought as its samples.
std::optional<std::string> vendor_format_of(const AudioFormat& format);

// The order for a job. kInvalidArgument, with the field, for what the vendor does not make: another format,
// more text than it takes. Lyrics go into the prompt under a heading of their own; an instrumental is asked
// for as such; seed, steps and the like have no counterpart and are left out.
Result<SongOrder> order_of(const JobSpec& spec, const std::string& vendor_model);

}  // namespace musicfleet::providers
