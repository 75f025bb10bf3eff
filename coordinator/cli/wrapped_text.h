// Text for people in lines that fit. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace musicfleet::cli {

// What stands before the first line, and before those that go on.
struct Indent {
  std::string_view first;
  std::string_view next;
};

// The words of `text`, in lines of at most `columns` characters where words allow it (0: one line), each
// ended by a line feed. Control characters become spaces.
std::string wrapped(std::string_view text, const Indent& indent, std::size_t columns);

// The text without control characters, on one line.
std::string one_line(std::string_view text);

}  // namespace musicfleet::cli
