// Events and messages as a line of a trace.
#pragma once

#include "coordinator/dispatch/events.h"

#include <string>

namespace musicfleet::simulation {

std::string text_of(const Lease& lease);
std::string text_of(const to_coordinator::Message& message);
std::string text_of(const to_worker::Message& message);
std::string text_of(const dispatch::Event& event);

}  // namespace musicfleet::simulation
