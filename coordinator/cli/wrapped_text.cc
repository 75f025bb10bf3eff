#include "coordinator/cli/wrapped_text.h"

#include "common/job_spec.h"
#include "coordinator/cli/console.h"

#include <algorithm>
#include <limits>

namespace musicfleet::cli {
namespace {

constexpr std::size_t kLeastRoom = 24;  // beside the indent, however narrow the terminal

}  // namespace

std::string one_line(std::string_view text) {
  return one_line(text, std::numeric_limits<std::size_t>::max());
}

std::string wrapped(std::string_view text, const Indent& indent, std::size_t columns) {
  const std::size_t most = columns == 0 ? std::numeric_limits<std::size_t>::max()
                                        : std::max(columns, utf8_length(indent.next) + kLeastRoom);
  const std::string clean = one_line(text);
  std::string out, line(indent.first);
  bool has_word = false;
  for (std::size_t at = clean.find_first_not_of(' '); at < clean.size();) {
    const std::size_t end = std::min(clean.find(' ', at), clean.size());
    const std::string_view word = std::string_view(clean).substr(at, end - at);
    if (has_word && utf8_length(line) + 1 + utf8_length(word) > most) {
      out += line + '\n';
      line = indent.next;
      has_word = false;
    }
    if (has_word) line += ' ';
    line += word;
    has_word = true;
    at = clean.find_first_not_of(' ', end);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return out + line + '\n';
}

}  // namespace musicfleet::cli
