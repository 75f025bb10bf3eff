// Where a verb speaks: results on `out`, everything else on `err`. Handed in, so that tests read what a
// person would. One thread.
#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace musicfleet::cli {

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
  std::size_t columns = 80;        // of the terminal that has the errors
  std::istream* person = nullptr;  // who answers questions; null: nobody is at a terminal
  std::size_t out_columns = 0;     // of the terminal that has the results; 0: it is none, lines may be long
};

// The process's own streams; the width is that of the terminal, where there is one.
Console standard_console();

// `text` on one line and without control characters, which could steer the terminal; at most `most`
// characters, of which the last is "…" where something was cut.
std::string one_line(std::string_view text, std::size_t most);

}  // namespace musicfleet::cli
