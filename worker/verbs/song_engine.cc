#include "worker/verbs/song_engine.h"

#include "worker/ace_v15/recommended.h"
#include "worker/audio/least_length_engine.h"

namespace musicfleet::verbs {

Result<std::unique_ptr<Engine>> make_song_engine(const ace_v15::EngineOptions& options) {
  std::unique_ptr<Engine> engine = MF_TRY(ace_v15::make_engine(options));
  return std::make_unique<LeastLengthEngine>(std::move(engine), ace_v15::kLeastDuration);
}

}  // namespace musicfleet::verbs
