// A terminal that shows one picture after another: its alternate screen, without echo and cursor, as it was
// before when this goes. Each picture is written in one piece over the last, so that nothing flickers. One
// thread.
#pragma once

#include "common/result.h"
#include "coordinator/cli/top_frame.h"

#include <termios.h>

#include <chrono>
#include <stop_token>

namespace musicfleet::cli {

class LiveScreen {
 public:
  // kInvalidArgument where `in` or `out` is no terminal.
  static Result<LiveScreen> open(int in, int out);
  LiveScreen(LiveScreen&& other) noexcept;
  LiveScreen& operator=(LiveScreen&&) = delete;
  // Gives the terminal back.
  ~LiveScreen();

  FrameSize size() const;
  void draw(const std::vector<std::string>& lines);
  enum class Wake { kTime, kResized, kQuit };
  // Waits for the time, a new size, or the wish to leave: 'q', Ctrl-D, a stop request, a terminal that is
  // gone.
  Wake wait(std::chrono::milliseconds time, const std::stop_token& stop);

 private:
  LiveScreen(int in, int out, const termios& before);
  void write_all(const std::string& text) const;

  int in_;
  int out_;  // -1 once it is moved from
  termios before_{};
  FrameSize drawn_;  // the size of the last picture
};

}  // namespace musicfleet::cli
