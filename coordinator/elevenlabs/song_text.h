// What the model reads of a composition plan: a caption that says how the song sounds, and lyrics in which
// structure tags open the sections. Pure, any thread.
#pragma once

#include "coordinator/elevenlabs/plan.h"

#include <string_view>

namespace musicfleet::elevenlabs {

// "acoustic, warm, no metal": the styles of the whole song, or where it has none those of its sections. Never
// empty.
std::string caption_of(const Plan& plan);

// "[Verse 1 - soft, no drums]\nWalking down…\n\n[Chorus]…". Begins with [Instrumental] where nobody sings.
std::string lyrics_of(const Plan& plan);

// A section as the text of a chunk: "[Verse 1]\nWalking down…".
std::string text_of(const Section& section);
// The other way round: each line "[name]" opens a section; what is before the first is one without a name, if
// it is not blank. Empty lines are dropped.
std::vector<Section> sections_in(std::string_view text);

// The styles that a prompt names: what stands between commas, semicolons, full stops and line breaks, at most
// 50 of them. Those that begin with "no " or "without " are negative.
void add_styles(std::string_view prompt, std::vector<std::string>& positive,
                std::vector<std::string>& negative);

}  // namespace musicfleet::elevenlabs
