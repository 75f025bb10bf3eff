#include "worker/text/regex_dialect.h"

namespace musicfleet {
namespace {

constexpr std::string_view kWhiteSpace =
    R"(\x09-\x0d\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";

Failure refuse(std::string_view what, std::size_t offset) {
  return fail(ErrorCode::kInvalidArgument, what, " at offset ", offset, " of the pattern is not supported");
}

// Appends the PCRE2 form of the escape \`letter`.
Result<> append_escape(char letter, bool in_class, std::size_t offset, std::string& out) {
  if (letter == 'h' || letter == 'H') return refuse("\\h (hexadecimal digit)", offset);
  if (letter == 'S' && in_class) return refuse("\\S inside a character class", offset);
  if (letter == 's' && in_class)
    out += kWhiteSpace;
  else if (letter == 's' || letter == 'S')
    out.append(letter == 's' ? "[" : "[^").append(kWhiteSpace).append("]");
  else
    out.append({'\\', letter});
  return {};
}

}  // namespace

Result<std::string> pcre2_pattern_of(std::string_view oniguruma) {
  std::string out;
  bool in_class = false;
  std::size_t class_begin = 0;  // offset of the first character that can close the class
  for (std::size_t i = 0; i < oniguruma.size(); ++i) {
    const char c = oniguruma[i];
    const char next = i + 1 < oniguruma.size() ? oniguruma[i + 1] : '\0';
    if (c == '\\' && i + 1 < oniguruma.size()) {
      MF_CHECK(append_escape(next, in_class, i, out));
      ++i;
      continue;
    }
    if (!in_class && c == '[') {
      in_class = true;
      class_begin = i + (next == '^' ? 2 : 1);
    } else if (in_class && c == '[') {
      return refuse("a character class inside a character class", i);
    } else if (in_class && c == '&' && next == '&') {
      return refuse("an intersection of character classes", i);
    } else if (in_class && c == ']' && i > class_begin) {
      in_class = false;
    }
    out += c;
  }
  return out;
}

}  // namespace musicfleet
