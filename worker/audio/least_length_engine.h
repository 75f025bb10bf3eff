// An engine around another one whose model makes no music worth hearing below a certain length: a shorter
// song is made that long, and its beginning is kept, faded out. A song of that length or more passes through
// untouched. Used by whoever uses the engine inside, on the same thread.
#pragma once

#include "worker/engine.h"

#include <chrono>
#include <memory>

namespace musicfleet {

class LeastLengthEngine final : public Engine {
 public:
  // Of a song that is cut, from where it becomes quieter to its end.
  static constexpr std::chrono::milliseconds kFade{1'000};

  LeastLengthEngine(std::unique_ptr<Engine> inside, std::chrono::milliseconds least);

  // The inner engine's; its memory is what the shortest song takes that it is asked for.
  const ModelDescription& description() const override { return description_; }

  Result<Song> generate(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                        std::stop_token stop) override;
  std::uint64_t free_bytes() override { return inside_->free_bytes(); }
  Result<> self_test() override { return inside_->self_test(); }

 private:
  std::unique_ptr<Engine> inside_;
  std::chrono::milliseconds least_;
  ModelDescription description_;
};

}  // namespace musicfleet
