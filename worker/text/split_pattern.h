// One regular expression that cuts text into pieces: every match and every gap between matches is a piece of
// its own (the behaviour that tokenizer.json calls "Isolated"). Immutable once compiled; any thread may use
// it.
#pragma once

#include "common/result.h"

#include <memory>
#include <string_view>
#include <vector>

struct pcre2_real_code_8;

namespace musicfleet {

class SplitPattern {
 public:
  // Compiles an Oniguruma pattern as tokenizer.json holds it. The error quotes the reason and the offset.
  static Result<SplitPattern> compile(std::string_view oniguruma);

  // Appends the non-empty pieces of well-formed UTF-8 text, in order; together they are the text. An error is
  // a pattern that exceeds PCRE2's matching limits on this text.
  Result<> split(std::string_view text, std::vector<std::string_view>& pieces) const;

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const;
  };
  explicit SplitPattern(pcre2_real_code_8* code) : code_(code) {}

  std::unique_ptr<pcre2_real_code_8, Free> code_;
};

}  // namespace musicfleet
