// Server-sent events out of the lines of a stream (HTML Living Standard, 9.2.6 "Interpreting an event
// stream"). Reconnecting is left to whoever reads the stream. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace musicfleet::cli {

struct ServerEvent {
  std::string name;  // "message" where the stream names none
  std::string data;  // lines joined by '\n'
};

class SseParser {
 public:
  // Takes a line without its end; an event once a blank line completes one. Events without data are none.
  std::optional<ServerEvent> take(std::string_view line);

 private:
  std::string name_;
  std::string data_;
  bool first_line_ = true;
};

}  // namespace musicfleet::cli
