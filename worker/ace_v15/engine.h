// The Engine of ACE-Step 1.5: one loaded checkpoint that makes songs. Translates a JobSpec into the
// pipeline's stages, trims to the exact sample, and turns libtorch's exceptions into errors: this is where a
// GPU job's exceptions end.
#pragma once

#include "common/result.h"
#include "worker/engine.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace musicfleet::ace_v15 {

struct EngineOptions {
  std::filesystem::path checkpoint = {};
  std::string name = {};           // what the fleet calls the model; empty: the folder's name
  std::string device = "cpu";      // or "cuda:N"
  std::string precision = "fp32";  // or "bf16"
  int threads = 0;                 // of the CPU; 0: one a core
  int tile_frames = 512;           // of the VAE decoder; 0: decode in one piece
};

// What the engine asks of its device, on its own thread; each is the device's own where it is empty.
struct DeviceQuestions {
  std::function<std::uint64_t()> free_bytes = {};  // that a song may take
  std::function<Result<>()> self_test = {};        // whether the device computes
};

// Opens the device, tests it and loads the checkpoint. The Engine belongs to the calling thread. It refuses a
// song that does not fit into what the device has free (kOutOfMemory, with both numbers), decodes in smaller
// tiles where the wanted ones do not fit or run out of memory, and gives the device's memory back after every
// song that failed. self_test() asks the same question as the test before loading.
Result<std::unique_ptr<Engine>> make_engine(const EngineOptions& options, DeviceQuestions questions = {});

}  // namespace musicfleet::ace_v15
