// The two texts that ACE-Step 1.5 is conditioned on, and the instruction that names its task: exactly the
// strings the model was trained with. Strings in, strings out; no tokens. Pure, any thread.
#pragma once

#include "common/job_spec.h"
#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::ace_v15 {

enum class Task { kText2Music, kCover, kRepaint, kExtract, kLego, kComplete };

// "text2music", "cover", "repaint", "extract", "lego", "complete".
std::string_view name_of(Task task);
Result<Task> task_of(std::string_view name);

// What a task works on, where it has an object: one track for extract and lego, track classes for complete.
// Other tasks ignore it.
struct TaskObject {
  std::string track;                 // "vocals"; empty: none
  std::vector<std::string> classes;  // {"drums", "bass"}
};

// The sentence that tells the model what to do; tracks are spelled in capitals (ASCII letters).
std::string instruction_of(Task task, const TaskObject& object = {});

// What the text prompt is made of.
struct TextPrompt {
  std::string instruction = instruction_of(Task::kText2Music);
  std::string caption;
  std::optional<int> bpm;                      // values below 1 count as unknown
  std::string time_signature;                  // "4"; blank: unknown
  std::string key_scale;                       // "C major"; blank: unknown
  std::chrono::milliseconds duration{30'000};  // whole seconds are written; below 1 ms: 30 seconds
};

// Instruction, caption and metadata for the text encoder.
std::string text_prompt(const TextPrompt& prompt);

// Language and lyrics for the lyric encoder.
std::string lyric_prompt(std::string_view language, std::string_view lyrics);

// The lyrics that say that nobody sings.
inline constexpr std::string_view kInstrumentalLyrics = "[Instrumental]";

// The lyrics of a job: its own, or kInstrumentalLyrics for an instrumental job that gives none.
std::string_view lyrics_of(const JobSpec& spec);

// The text2music prompt of a job.
TextPrompt text_prompt_of(const JobSpec& spec);

}  // namespace musicfleet::ace_v15
