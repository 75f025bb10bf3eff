// The engine that the worker's verbs make songs with: the checkpoint's, and around it what keeps songs within
// what its family of models can do. Any thread; the engine belongs to the calling one.
#pragma once

#include "worker/ace_v15/engine.h"

namespace musicfleet::verbs {

// Errors are make_engine's (worker/ace_v15/engine.h).
Result<std::unique_ptr<Engine>> make_song_engine(const ace_v15::EngineOptions& options);

}  // namespace musicfleet::verbs
