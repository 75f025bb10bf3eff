#include "worker/text/split_pattern.h"

#include "worker/text/regex_dialect.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <string>

namespace musicfleet {
namespace {

struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
using Match = std::unique_ptr<pcre2_match_data, FreeMatch>;

std::string message_of(int error) {
  PCRE2_UCHAR text[256];
  if (pcre2_get_error_message(error, text, sizeof text) < 0) return concat("PCRE2 error ", error);
  return reinterpret_cast<const char*>(text);
}

// Matches from `start` on. The subject is known to be well-formed, and checking it again at every match would
// make splitting quadratic. A match that needs more than the compiled code's small stack is run by the
// interpreter.
int match_from(const pcre2_code* code, std::string_view text, std::size_t start, pcre2_match_data* match) {
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  const int found = pcre2_match(code, subject, text.size(), start, PCRE2_NO_UTF_CHECK, match, nullptr);
  if (found != PCRE2_ERROR_JIT_STACKLIMIT) return found;
  return pcre2_match(code, subject, text.size(), start, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, match, nullptr);
}

std::size_t next_code_point(std::string_view text, std::size_t at) {
  do ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

}  // namespace

void SplitPattern::Free::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

Result<SplitPattern> SplitPattern::compile(std::string_view oniguruma) {
  const std::string pattern = MF_TRY(pcre2_pattern_of(oniguruma));
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr);
  if (!code) return fail(ErrorCode::kInvalidArgument, "bad regular expression: ", message_of(error));
  // Without JIT support the interpreter does the same work slower.
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
  return SplitPattern(code);
}

Result<> SplitPattern::split(std::string_view text, std::vector<std::string_view>& pieces) const {
  const Match match(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
  if (!match) return fail(ErrorCode::kOutOfMemory, "no memory for matching a regular expression");
  const auto add = [&](std::size_t begin, std::size_t end) {
    if (end > begin) pieces.push_back(text.substr(begin, end - begin));
  };
  std::size_t piece_begin = 0;
  for (std::size_t from = 0; from < text.size();) {
    const int found = match_from(code_.get(), text, from, match.get());
    if (found == PCRE2_ERROR_NOMATCH) break;
    if (found < 0)
      return fail(ErrorCode::kInvalidArgument,
                  "the tokenizer's pattern fails on this text: ", message_of(found));
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(match.get());
    const std::size_t begin = bounds[0], end = bounds[1];
    if (begin < piece_begin || end < begin)
      return fail(ErrorCode::kInvalidArgument, "the tokenizer's pattern matches outside its own range (\\K)");
    add(piece_begin, begin);
    add(begin, end);
    piece_begin = end;
    from = end > begin ? end : next_code_point(text, end);
  }
  add(piece_begin, text.size());
  return {};
}

}  // namespace musicfleet
