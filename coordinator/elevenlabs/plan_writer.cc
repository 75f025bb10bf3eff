#include "coordinator/elevenlabs/plan_writer.h"

#include "common/job_spec.h"
#include "coordinator/elevenlabs/music_fields.h"
#include "coordinator/elevenlabs/song_text.h"

#include <algorithm>

namespace musicfleet::elevenlabs {
namespace {

constexpr milliseconds kTypicalSection{20'000};
constexpr int kMostOwnSections = 12;

// Whether all parts are as long as a section may be.
bool are_sections(const std::vector<milliseconds>& parts) {
  return std::all_of(parts.begin(), parts.end(), [](milliseconds part) {
    return part >= milliseconds(kLeastSectionMs) && part <= milliseconds(kMostSectionMs);
  });
}

// "Intro", verses and choruses by turns, a bridge before the last chorus of a long song, "Outro".
std::vector<std::string> section_names(int count) {
  if (count == 1) return {"Main"};
  std::vector<std::string> names;
  const bool framed = count >= 4;
  const int middle = framed ? count - 2 : count;
  if (framed) names.emplace_back("Intro");
  int verses = 0;
  for (int i = 0; i < middle; ++i) {
    const bool bridge = middle >= 6 && i == middle - 2;
    const bool chorus = i % 2 == 1 || (middle >= 6 && i == middle - 1);
    names.push_back(bridge ? "Bridge" : chorus ? "Chorus" : "Verse " + std::to_string(++verses));
  }
  if (framed) names.emplace_back("Outro");
  return names;
}

std::vector<std::int64_t> weights_of(const std::vector<Section>& sections) {
  std::vector<std::int64_t> weights;
  weights.reserve(sections.size());
  for (const Section& section : sections)
    weights.push_back(section.name == "Intro" || section.name == "Outro" || section.name == "Bridge" ? 1 : 2);
  return weights;
}

std::vector<Section> own_sections(milliseconds length) {
  const auto fewest = static_cast<int>((length.count() + kMostSectionMs - 1) / kMostSectionMs);
  const auto typical = static_cast<int>((length + kTypicalSection / 2) / kTypicalSection);
  std::vector<Section> sections;
  for (std::string& name : section_names(std::clamp(typical, fewest, kMostOwnSections)))
    sections.push_back({.name = std::move(name)});
  return sections;
}

// The sections that the prompt itself marks, where they can have the length; else our own.
std::vector<Section> sections_for(std::vector<Section> marked, milliseconds length) {
  const bool limits_hold =
      !marked.empty() && marked.size() <= kMostSections &&
      std::all_of(marked.begin(), marked.end(), [](const Section& section) {
        return utf8_length(section.name) <= 100 && section.lines.size() <= kMostLines &&
               std::all_of(section.lines.begin(), section.lines.end(),
                           [](const std::string& line) { return utf8_length(line) <= kMostLineCharacters; });
      });
  if (limits_hold && are_sections(shares(length, weights_of(marked)))) return marked;
  return own_sections(length);
}

void prepend(std::vector<std::string> first, std::vector<std::string>& styles) {
  for (const std::string& style : styles)
    if (first.size() < kMostStyles && std::find(first.begin(), first.end(), style) == first.end())
      first.push_back(style);
  styles = std::move(first);
}

}  // namespace

Plan write_plan(std::string_view prompt, milliseconds length, Generation generation) {
  std::vector<Section> marked = sections_in(prompt);
  // What is before the first mark says how the song sounds.
  std::string description;
  if (!marked.empty() && marked.front().name.empty()) {
    for (const std::string& line : marked.front().lines) description += line + "\n";
    marked.erase(marked.begin());
  }
  Plan plan{.generation = generation};
  add_styles(description, plan.positive_styles, plan.negative_styles);
  plan.sections = sections_for(std::move(marked), length);
  const std::vector<milliseconds> durations = shares(length, weights_of(plan.sections));
  for (std::size_t i = 0; i < durations.size(); ++i) plan.sections[i].duration = durations[i];
  if (generation == Generation::kV2) {
    for (Section& section : plan.sections) {
      section.positive_styles = plan.positive_styles;
      section.negative_styles = plan.negative_styles;
    }
    plan.positive_styles.clear();
    plan.negative_styles.clear();
  }
  return plan;
}

std::optional<Plan> rewrite_plan(Plan source, std::string_view prompt, std::optional<milliseconds> length) {
  std::vector<std::string> positive, negative;
  add_styles(prompt, positive, negative);
  if (source.generation == Generation::kV1) {
    prepend(positive, source.positive_styles);
    prepend(negative, source.negative_styles);
  } else {
    for (Section& section : source.sections) {
      prepend(positive, section.positive_styles);
      prepend(negative, section.negative_styles);
    }
  }
  if (!length) return source;
  std::vector<std::int64_t> weights;
  weights.reserve(source.sections.size());
  for (const Section& section : source.sections) weights.push_back(section.duration.count());
  const std::vector<milliseconds> durations = shares(*length, weights);
  if (!are_sections(durations)) return std::nullopt;
  for (std::size_t i = 0; i < durations.size(); ++i) source.sections[i].duration = durations[i];
  return source;
}

}  // namespace musicfleet::elevenlabs
