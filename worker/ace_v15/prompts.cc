#include "worker/ace_v15/prompts.h"

#include <algorithm>
#include <array>

namespace musicfleet::ace_v15 {
namespace {

constexpr std::string_view kEndOfText = "<|endoftext|>";
constexpr std::string_view kUnknown = "N/A";
constexpr int kDefaultSeconds = 30;

struct TaskName {
  Task task;
  std::string_view name;
};

constexpr std::array<TaskName, 6> kTasks{{
    {Task::kText2Music, "text2music"},
    {Task::kCover, "cover"},
    {Task::kRepaint, "repaint"},
    {Task::kExtract, "extract"},
    {Task::kLego, "lego"},
    {Task::kComplete, "complete"},
}};

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return capitals;
}

std::string joined(const std::vector<std::string>& classes) {
  std::string list;
  for (const std::string& one : classes) list += (list.empty() ? "" : " | ") + in_capitals(one);
  return list;
}

// "Extract the VOCALS track from the audio:", or without a track "Extract the track from the audio:".
std::string about_track(std::string_view verb, const std::string& track, std::string_view rest) {
  return concat(verb, " the ", track.empty() ? "" : in_capitals(track) + " ", "track ", rest);
}

// White space as the reference's str.strip() sees it (Python: bidirectional type WS, B or S, or category Zs).
constexpr std::array<std::string_view, 29> kWhiteSpace{
    "\t",     "\n",     "\v",     "\f",     "\r",     "\x1c",   "\x1d",   "\x1e",   "\x1f",   " ",
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const auto space = std::find_if(kWhiteSpace.begin(), kWhiteSpace.end(),
                                    [&](std::string_view candidate) { return text.starts_with(candidate); });
    if (space == kWhiteSpace.end()) return false;
    text.remove_prefix(space->size());
  }
  return true;
}

std::string or_unknown(std::string_view text) { return std::string(is_blank(text) ? kUnknown : text); }

std::string metadata(const TextPrompt& prompt) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(prompt.duration).count();
  const bool has_duration = prompt.duration > std::chrono::milliseconds::zero();
  return concat("- bpm: ", prompt.bpm.value_or(0) > 0 ? std::to_string(*prompt.bpm) : std::string(kUnknown),
                "\n", "- timesignature: ", or_unknown(prompt.time_signature), "\n",
                "- keyscale: ", or_unknown(prompt.key_scale), "\n",
                "- duration: ", has_duration ? seconds : kDefaultSeconds, " seconds\n");
}

}  // namespace

std::string_view name_of(Task task) {
  for (const TaskName& entry : kTasks)
    if (entry.task == task) return entry.name;
  return "";
}

Result<Task> task_of(std::string_view name) {
  for (const TaskName& entry : kTasks)
    if (entry.name == name) return entry.task;
  return fail_field("task", "must be text2music, cover, repaint, extract, lego or complete, not \"", name,
                    "\"");
}

std::string instruction_of(Task task, const TaskObject& object) {
  switch (task) {
    case Task::kText2Music:
      return "Fill the audio semantic mask based on the given conditions:";
    case Task::kCover:
      return "Generate audio semantic tokens based on the given conditions:";
    case Task::kRepaint:
      return "Repaint the mask area based on the given conditions:";
    case Task::kExtract:
      return about_track("Extract", object.track, "from the audio:");
    case Task::kLego:
      return about_track("Generate", object.track, "based on the audio context:");
    case Task::kComplete:
      return object.classes.empty() ? "Complete the input track:"
                                    : concat("Complete the input track with ", joined(object.classes), ":");
  }
  return {};
}

std::string text_prompt(const TextPrompt& prompt) {
  std::string instruction = prompt.instruction;
  if (!instruction.ends_with(':')) instruction += ':';
  return concat("# Instruction\n", instruction, "\n\n# Caption\n", prompt.caption, "\n\n# Metas\n",
                metadata(prompt), kEndOfText, "\n");
}

std::string lyric_prompt(std::string_view language, std::string_view lyrics) {
  return concat("# Languages\n", language, "\n\n# Lyric\n", lyrics, kEndOfText);
}

std::string_view lyrics_of(const JobSpec& spec) {
  return spec.instrumental && is_blank(spec.lyrics) ? kInstrumentalLyrics : std::string_view(spec.lyrics);
}

TextPrompt text_prompt_of(const JobSpec& spec) {
  TextPrompt prompt;
  prompt.caption = spec.prompt;
  prompt.bpm = spec.bpm;
  prompt.time_signature = spec.time_signature;
  prompt.key_scale = spec.key_scale;
  prompt.duration = spec.duration;
  return prompt;
}

}  // namespace musicfleet::ace_v15
