#include "coordinator/dispatch/song_check.h"

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

constexpr int kMostChannels = 2;

template <class... Parts>
Error lie(const Parts&... parts) {
  return {ErrorCode::kCorrupt, concat("the worker announced a song ", parts...)};
}

bool has_model(const FleetMember& worker, const std::string& name) {
  return std::any_of(worker.models.begin(), worker.models.end(),
                     [&](const FleetModel& model) { return model.name == name; });
}

}  // namespace

std::optional<Error> fault_of(const to_coordinator::SongReady& song, const JobSpec& ordered,
                              const FleetMember* worker) {
  if (std::chrono::abs(song.duration - ordered.duration) > kDurationTolerance)
    return lie("of ", song.duration.count(), " ms where ", ordered.duration.count(), " ms were ordered");
  if (!ordered.model.empty() && song.model_name != ordered.model)
    return lie("by model \"", song.model_name, "\" where \"", ordered.model, "\" was ordered");
  if (ordered.model.empty() && worker && !has_model(*worker, song.model_name))
    return lie("by model \"", song.model_name, "\", which it does not have");
  if (song.sample_rate_hz != ordered.format.sample_rate_hz)
    return lie("of ", song.sample_rate_hz, " Hz where ", ordered.format.sample_rate_hz, " Hz were ordered");
  if (song.channels < 1 || song.channels > kMostChannels) return lie("of ", song.channels, " channels");
  if (song.media_type != media_type_of(ordered.format.container))
    return lie("of another type than ", media_type_of(ordered.format.container));
  if (song.size_bytes == 0) return lie("without a byte");
  return std::nullopt;
}

}  // namespace musicfleet::dispatch
