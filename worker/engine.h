// The border between the daemon and the models: an Engine turns the description of a song into samples. Plain
// structs only; no tensor, no socket, no file of the job in sight. An Engine is made and used by one thread
// (the GPU thread), except `stop`, which may be requested from any.
#pragma once

#include "common/job_spec.h"
#include "common/result.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace musicfleet {

// Decoded audio: `samples` holds channel after channel, each `frames` long, in [-1, 1].
struct Pcm {
  int sample_rate_hz = 48000;
  int channels = 2;
  std::size_t frames = 0;
  std::vector<float> samples;  // [channels, frames]

  double seconds() const { return static_cast<double>(frames) / sample_rate_hz; }
};

enum class SongStage { kConditioning, kDenoising, kDecoding };

struct SongProgress {
  SongStage stage = SongStage::kConditioning;
  int step = 0;  // of `steps`: solver steps while denoising, tiles while decoding
  int steps = 0;
};

struct Song {
  Pcm pcm;
  std::vector<std::string> warnings;  // what was cut or ignored, in sentences for the caller
};

// What a song takes on the device beside the weights, in its smallest tiles: at most
// fixed_bytes + bytes_per_second × its seconds. Both 0: unknown.
struct SongMemory {
  std::uint64_t fixed_bytes = 0;
  std::uint64_t bytes_per_second = 0;
};

struct ModelDescription {
  std::string name;     // of the checkpoint folder, or what the configuration calls it
  std::string family;   // "ace_v15"
  std::string variant;  // "turbo", "base", …
  std::string device;   // "cpu", "cuda:0 …"
  SongMemory song_memory = {};
};

class Engine {
 public:
  virtual ~Engine() = default;

  virtual const ModelDescription& description() const = 0;

  // Makes one song of spec.duration, to the sample. Errors: kInvalidArgument with the field, kCancelled after
  // a stop request (looked at between solver steps and between tiles), kOutOfMemory, kInternal. The engine
  // stays usable after every one of them, unless self_test() fails after kInternal. `report` is called on
  // this thread.
  virtual Result<Song> generate(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                                std::stop_token stop) = 0;

  // Bytes that a song may take on the device beside the weights, asked while none is made; 0: unknown.
  virtual std::uint64_t free_bytes() = 0;

  // Whether the device computes as it should. An error is final: a CUDA context that has failed once fails
  // until its process ends.
  virtual Result<> self_test() = 0;
};

}  // namespace musicfleet
