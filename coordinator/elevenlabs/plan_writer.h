// Writes a composition plan from a prompt, by rules that docs/elevenlabs.md tells: no model is asked, so the
// same prompt and length give the same plan. Pure, any thread.
#pragma once

#include "coordinator/elevenlabs/field_problem.h"
#include "coordinator/elevenlabs/plan.h"

#include <optional>
#include <string_view>

namespace musicfleet::elevenlabs {

// The length of a song whose order names none.
inline constexpr milliseconds kChosenLength{120'000};

// `length` is from 3 to 600 seconds; the sections add up to it, each from 3 to 120 seconds.
Plan write_plan(std::string_view prompt, milliseconds length, Generation generation);

// The plan with the prompt's styles before its own, stretched to the length where one is given; nothing where
// its sections cannot have that length.
std::optional<Plan> rewrite_plan(Plan source, std::string_view prompt, std::optional<milliseconds> length);

}  // namespace musicfleet::elevenlabs
