// The fields of the ElevenLabs music API and their limits: what requests are checked by and /openapi.json
// lists. Any thread.
#pragma once

#include "coordinator/http/field_rule.h"

namespace musicfleet::elevenlabs {

constexpr std::size_t kMostPromptCharacters = 4'100;
constexpr std::size_t kMostLyricsCharacters = 4'000;  // of lyrics_text
constexpr int kLeastLengthMs = 3'000, kMostLengthMs = 600'000;
constexpr int kLeastSectionMs = 3'000, kMostSectionMs = 120'000;
constexpr std::size_t kMostSections = 30, kMostLines = 30, kMostLineCharacters = 200, kMostStyles = 50;

// Bodies.
http::JsonSchema compose_schema();
http::JsonSchema detailed_schema();  // compose's, and what to tell beside the song
http::JsonSchema plan_request_schema();

// Composition plans: of the first generation, and later ones.
std::span<const http::FieldRule> sections_plan_fields();
std::span<const http::FieldRule> chunks_plan_fields();
// An answer that is either of them.
http::JsonSchema plan_schema();

// Queries: output_format, enable_logging.
std::span<const http::FieldRule> compose_parameters();

// Headers of answers: of every one that a key was good for, and of songs.
std::span<const http::FieldRule> concurrency_headers();
std::span<const http::FieldRule> song_headers();

}  // namespace musicfleet::elevenlabs
