// What a caller hears where neither the fleet nor a provider makes its song: the router's answer in words,
// with the time after which another try makes sense. Pure, any thread.
#pragma once

#include "coordinator/dispatch/route.h"
#include "coordinator/http/backend.h"

namespace musicfleet::backend {

// Unset where the song has a way, or may wait for one.
std::optional<http::TurnedAway> refusal_of(const dispatch::Route& route);

}  // namespace musicfleet::backend
