#define PCRE2_CODE_UNIT_WIDTH 8

#include "coordinator/elevenlabs/prompt_policy.h"

#include <nlohmann/json.hpp>
#include <pcre2.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace musicfleet::elevenlabs {
namespace {

using nlohmann::ordered_json;

constexpr std::uint32_t kMostSteps = 200'000;  // of a search, some milliseconds

struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

struct Found {
  int count = 0;  // above 0: a match; otherwise PCRE2's error
  std::size_t begin = 0, end = 0;
};

Found search(const pcre2_code* code, std::string_view text, std::size_t from) {
  const std::unique_ptr<pcre2_match_data, FreeMatch> match(pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> limits(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(limits.get(), kMostSteps);
  const int count = pcre2_match(code, units(text), text.size(), from, 0, match.get(), limits.get());
  // One pair of places was asked for, so that a match with groups counts 0.
  if (count < 0) return {count};
  const std::size_t* places = pcre2_get_ovector_pointer(match.get());
  return {1, places[0], places[1]};
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// What stands for whole words of the phrase. \Q…\E ends at the first \E in it.
std::string expression_of(std::string_view phrase) {
  std::string quoted;
  for (const char c : phrase) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80;
    if (c == ' ')
      quoted += "\\s+";
    else
      quoted += plain ? std::string(1, c) : std::string("\\") + c;
  }
  return "(?<!\\w)" + quoted + "(?!\\w)";
}

// Without the gaps, doubled commas and blanks that removed words leave.
std::string tidied(std::string_view text) {
  std::string tidy;
  for (const char c : text) {
    const bool gap = c == ' ' || c == ',';
    if (gap && (tidy.empty() || tidy.back() == '\n')) continue;
    if (c == ' ' && tidy.back() == ' ') continue;
    if (c == ',') {
      while (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
      if (!tidy.empty() && tidy.back() == ',') continue;
    }
    tidy += c;
  }
  while (!tidy.empty() && std::string_view(" ,\n").find(tidy.back()) != std::string_view::npos)
    tidy.pop_back();
  return tidy;
}

}  // namespace

void PromptPolicy::Free::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

Result<PromptPolicy> PromptPolicy::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "cannot read ", file.string());
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return parse(text, file.string());
}

Result<PromptPolicy> PromptPolicy::parse(std::string_view text, std::string_view file_name) {
  PromptPolicy policy;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    Rule rule;
    if (line.front() == '!') {
      rule.may_suggest = false;
      line = trimmed(line.substr(1));
    }
    const bool expression = line.size() > 2 && line.front() == '/' && line.back() == '/';
    const std::string pattern =
        expression ? std::string(line.substr(1, line.size() - 2)) : expression_of(line);
    int error = 0;
    std::size_t at = 0;
    if (!line.empty())
      rule.code.reset(pcre2_compile(units(pattern), pattern.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS,
                                    &error, &at, nullptr));
    if (!rule.code) {
      char message[256] = "nothing to deny";
      if (!line.empty())
        pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR*>(message), sizeof message);
      return fail(ErrorCode::kInvalidArgument, file_name, ":", number, ": ", message);
    }
    policy.rules_.push_back(std::move(rule));
  }
  return policy;
}

std::optional<PromptPolicy::Denial> PromptPolicy::judge(std::string_view text) const {
  std::optional<Denial> denial;
  for (const Rule& rule : rules_) {
    const int count = search(rule.code.get(), text, 0).count;
    if (count == PCRE2_ERROR_NOMATCH) continue;
    if (!denial) denial.emplace();
    if (count < 0 || !rule.may_suggest) denial->may_suggest = false;
  }
  return denial;
}

std::optional<PromptPolicy::Denial> PromptPolicy::judge_all(const ordered_json& value) const {
  if (value.is_string()) return judge(value.get_ref<const std::string&>());
  std::optional<Denial> denial;
  if (!value.is_structured()) return denial;
  for (const ordered_json& member : value) {
    const auto found = judge_all(member);
    if (!found) continue;
    if (!denial) denial.emplace();
    denial->may_suggest = denial->may_suggest && found->may_suggest;
  }
  return denial;
}

std::string PromptPolicy::cleaned(std::string_view text) const {
  std::string clean(text);
  for (const Rule& rule : rules_)
    for (;;) {
      const Found found = search(rule.code.get(), clean, 0);
      if (found.count <= 0 || found.begin >= found.end) break;
      clean.erase(found.begin, found.end - found.begin);
    }
  return clean == text ? clean : tidied(clean);
}

ordered_json PromptPolicy::cleaned_all(ordered_json value) const {
  if (value.is_string()) return cleaned(value.get_ref<const std::string&>());
  if (value.is_structured())
    for (ordered_json& member : value) member = cleaned_all(std::move(member));
  return value;
}

}  // namespace musicfleet::elevenlabs
