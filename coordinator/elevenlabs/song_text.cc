#include "coordinator/elevenlabs/song_text.h"

#include "common/result.h"
#include "coordinator/elevenlabs/music_fields.h"

#include <strings.h>

#include <algorithm>

namespace musicfleet::elevenlabs {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string styles_text(const std::vector<std::string>& positive, const std::vector<std::string>& negative) {
  std::string text;
  const auto add = [&](std::string_view before, const std::string& style) {
    if (trimmed(style).empty()) return;
    if (!text.empty()) text += ", ";
    text.append(before).append(trimmed(style));
  };
  for (const std::string& style : positive) add("", style);
  for (const std::string& style : negative) add("no ", style);
  return text;
}

// The name in "[Verse 1]"; empty for any other line.
std::string_view mark_in(std::string_view line) {
  if (line.size() < 3 || line.front() != '[' || line.back() != ']') return {};
  return trimmed(line.substr(1, line.size() - 2));
}

bool is_blank(const Section& section) { return section.name.empty() && section.lines.empty(); }

// What follows `word` at the beginning of the text, whatever its case; empty where it does not begin so.
std::string_view after(std::string_view word, std::string_view text) {
  if (text.size() <= word.size() || strncasecmp(text.data(), word.data(), word.size()) != 0) return {};
  return trimmed(text.substr(word.size()));
}

}  // namespace

std::string caption_of(const Plan& plan) {
  std::string caption = styles_text(plan.positive_styles, plan.negative_styles);
  if (!plan.positive_styles.empty() && !caption.empty()) return caption;
  std::vector<std::string> local;
  for (const Section& section : plan.sections)
    for (const std::string& style : section.positive_styles)
      if (std::find(local.begin(), local.end(), style) == local.end()) local.push_back(style);
  caption = styles_text(local, plan.negative_styles);
  return caption.empty() ? "music" : caption;
}

std::string lyrics_of(const Plan& plan) {
  std::string lyrics = is_sung(plan) ? "" : "[Instrumental]";
  for (const Section& section : plan.sections) {
    const std::string styles = styles_text(section.positive_styles, section.negative_styles);
    const bool named = !section.name.empty();
    if (!lyrics.empty()) lyrics += "\n\n";
    lyrics += concat('[', named ? section.name : "Section", styles.empty() ? "" : " - ", styles, ']');
    for (const std::string& line : section.lines) lyrics += "\n" + line;
  }
  return lyrics;
}

std::string text_of(const Section& section) {
  std::string text = section.name.empty() ? "" : concat('[', section.name, ']');
  for (const std::string& line : section.lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::vector<Section> sections_in(std::string_view text) {
  std::vector<Section> sections(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const std::string_view name = mark_in(line); !name.empty()) {
      if (is_blank(sections.back())) sections.pop_back();
      sections.push_back({.name = std::string(name)});
    } else if (!line.empty()) {
      sections.back().lines.emplace_back(line);
    }
  }
  if (is_blank(sections.back())) sections.pop_back();
  return sections;
}

void add_styles(std::string_view prompt, std::vector<std::string>& positive,
                std::vector<std::string>& negative) {
  while (!prompt.empty()) {
    const std::size_t end = std::min(prompt.find_first_of(",;.\n"), prompt.size());
    const std::string_view style = trimmed(prompt.substr(0, end));
    prompt.remove_prefix(std::min(end + 1, prompt.size()));
    std::string_view unwanted = after("no ", style);
    if (unwanted.empty()) unwanted = after("without ", style);
    std::vector<std::string>& styles = unwanted.empty() ? positive : negative;
    if (!style.empty() && styles.size() < kMostStyles)
      styles.emplace_back(unwanted.empty() ? style : unwanted);
  }
}

}  // namespace musicfleet::elevenlabs
