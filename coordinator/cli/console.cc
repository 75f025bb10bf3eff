#include "coordinator/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

namespace musicfleet::cli {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Whether the UTF-8 character is one of C0, DEL or C1 (U+0080 to U+009F).
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::size_t terminal_columns(int terminal) {
  winsize size{};
  return ::ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Console standard_console() {
  Console console{std::cout, std::cerr};
  console.err_is_terminal = ::isatty(STDERR_FILENO) != 0;
  if (console.err_is_terminal) console.columns = terminal_columns(STDERR_FILENO);
  if (console.err_is_terminal && ::isatty(STDIN_FILENO) != 0) console.person = &std::cin;
  if (::isatty(STDOUT_FILENO) != 0) console.out_columns = terminal_columns(STDOUT_FILENO);
  return console;
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string line;
  std::size_t characters = 0, end_of_last_but_one = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = at + 1;
    while (next < text.size() && is_continuation(text[next])) ++next;
    if (characters == most) {
      line.resize(end_of_last_but_one);
      return line + "…";
    }
    end_of_last_but_one = line.size();
    const std::string_view character = text.substr(at, next - at);
    line += is_control(character) ? std::string_view(" ") : character;
    ++characters;
    at = next;
  }
  return line;
}

}  // namespace musicfleet::cli
