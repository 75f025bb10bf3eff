// The output formats of the ElevenLabs music API: what a worker is asked to encode, and what becomes of it on
// its way to the client. Plain values, any thread.
//
// Raw formats are made here from the worker's 16-bit WAV: pcm_* is its samples (signed, little-endian, the
// channels side by side, two of them), ulaw_8000 and alaw_8000 are its channels mixed into one, in G.711.
#pragma once

#include "common/job_spec.h"
#include "coordinator/elevenlabs/music_model.h"

namespace musicfleet::elevenlabs {

enum class Delivery { kFile, kPcm, kUlaw, kAlaw };

struct OutputFormat {
  std::string_view name;  // "mp3_44100_128"
  AudioFormat stored;     // what the worker encodes
  Delivery delivery = Delivery::kFile;

  std::string_view media_type() const;  // of what the client gets: "audio/mpeg"
  std::string_view extension() const;   // likewise: "mp3"
};

// "auto" and every name.
std::span<const std::string_view> output_format_names();
// "auto" is mp3_44100_128 for a model of the first generation and mp3_48000_192 for later ones. Nothing for a
// name that is not in the list.
std::optional<OutputFormat> output_format_of(std::string_view name, Generation generation);

}  // namespace musicfleet::elevenlabs
