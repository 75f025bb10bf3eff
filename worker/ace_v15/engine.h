// The Engine of ACE-Step 1.5: one loaded checkpoint that makes songs. Translates a JobSpec into the
// pipeline's stages, trims to the exact sample, and turns libtorch's exceptions into errors: this is where a
// GPU job's exceptions end.
#pragma once

#include "common/result.h"
#include "worker/engine.h"

#include <filesystem>
#include <memory>
#include <string>

namespace musicfleet::ace_v15 {

struct EngineOptions {
  std::filesystem::path checkpoint = {};
  std::string name = {};  // what the fleet calls the model; empty: the folder's name
  std::string device = "cpu";
  std::string precision = "fp32";  // or "bf16"
  int threads = 0;                 // of the CPU; 0: one a core
  int tile_frames = 512;           // of the VAE decoder; 0: decode in one piece
};

// Loads the checkpoint. The Engine belongs to the calling thread.
Result<std::unique_ptr<Engine>> make_engine(const EngineOptions& options);

}  // namespace musicfleet::ace_v15
