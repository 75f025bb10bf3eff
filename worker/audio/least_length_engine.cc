#include "worker/audio/least_length_engine.h"

#include "worker/audio/pcm.h"

#include <algorithm>
#include <utility>

namespace musicfleet {
namespace {

using std::chrono::milliseconds;

std::size_t frames_in(milliseconds time, const Pcm& pcm) {
  return static_cast<std::size_t>(time.count() * pcm.sample_rate_hz / 1000);
}

// A song of s seconds, at least the shortest that a job may ask for, takes what one of max(s, least) takes.
SongMemory memory_of(SongMemory memory, milliseconds least) {
  const milliseconds longer = std::max(least - JobLimits::kMinDuration, milliseconds(0));
  memory.fixed_bytes += (memory.bytes_per_second * static_cast<std::uint64_t>(longer.count()) + 999) / 1000;
  return memory;
}

}  // namespace

LeastLengthEngine::LeastLengthEngine(std::unique_ptr<Engine> inside, milliseconds least)
    : inside_(std::move(inside)), least_(least), description_(inside_->description()) {
  description_.song_memory = memory_of(description_.song_memory, least_);
}

Result<Song> LeastLengthEngine::generate(const JobSpec& spec,
                                         const std::function<void(const SongProgress&)>& report,
                                         std::stop_token stop) {
  if (spec.duration >= least_) return inside_->generate(spec, report, std::move(stop));
  JobSpec longer = spec;
  longer.duration = least_;
  Song song = MF_TRY(inside_->generate(longer, report, std::move(stop)));
  const std::size_t frames = frames_in(spec.duration, song.pcm);
  const std::size_t fade = frames_in(kFade, song.pcm);
  song.pcm = cut_with_fade(std::move(song.pcm), frames, fade);
  return song;
}

}  // namespace musicfleet
