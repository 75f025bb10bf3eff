// Whether the song that a worker announces is the one that was ordered: a pure function of the two. What it
// lets through is still only a claim; that the bytes are those announced is checked at the upload.
#pragma once

#include "coordinator/dispatch/fleet_member.h"

#include <optional>

namespace musicfleet::dispatch {

// By which a song may be shorter or longer than ordered: a frame of the slowest container.
constexpr std::chrono::milliseconds kDurationTolerance{100};

// What is wrong with it, kCorrupt; unset where nothing is. `worker` may be null, which has not said hello to
// this process: then any model is believed where the order names none.
std::optional<Error> fault_of(const to_coordinator::SongReady& song, const JobSpec& ordered,
                              const FleetMember* worker);

}  // namespace musicfleet::dispatch
