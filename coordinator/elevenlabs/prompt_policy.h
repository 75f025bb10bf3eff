// What prompts may not ask for: a list of words, phrases and regular expressions from an operator's file.
// Immutable once made; any thread. The regular expressions are PCRE2's, over Unicode, in any case.
//
//   # A comment.
//   some artist             a word or phrase, as whole words, in any case
//   /secret (song|tune)s?/  a regular expression
//   !something vile         the same, but the refusal suggests no other prompt
#pragma once

#include "common/result.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

struct pcre2_real_code_8;

namespace musicfleet::elevenlabs {

class PromptPolicy {
 public:
  // Admits everything.
  PromptPolicy() = default;
  // kNotFound, or kInvalidArgument with the line of what cannot be understood.
  static Result<PromptPolicy> read(const std::filesystem::path& file);
  static Result<PromptPolicy> parse(std::string_view text, std::string_view file_name);

  struct Denial {
    bool may_suggest = true;  // what to ask for instead
  };
  // Nothing for a text that is admitted. One that takes too long to search is denied.
  std::optional<Denial> judge(std::string_view text) const;
  // The same over every string inside a value.
  std::optional<Denial> judge_all(const nlohmann::ordered_json& value) const;

  // The text without what is denied, its gaps closed; may be empty.
  std::string cleaned(std::string_view text) const;
  nlohmann::ordered_json cleaned_all(nlohmann::ordered_json value) const;

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const;
  };
  struct Rule {
    std::unique_ptr<pcre2_real_code_8, Free> code;
    bool may_suggest = true;
  };

  std::vector<Rule> rules_;
};

}  // namespace musicfleet::elevenlabs
