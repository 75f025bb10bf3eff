#include "coordinator/cli/live_screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace musicfleet::cli {
namespace {

// ECMA-48 and xterm's private modes: the alternate screen, the cursor.
constexpr const char* kEnter = "\x1b[?1049h\x1b[?25l";
constexpr const char* kLeave = "\x1b[?25h\x1b[?1049l";
constexpr const char* kHome = "\x1b[H";
constexpr const char* kEraseLine = "\x1b[K";
constexpr const char* kEraseBelow = "\x1b[J";
// How long a resize or a stop request may go unnoticed.
constexpr std::chrono::milliseconds kSlice{100};

}  // namespace

Result<LiveScreen> LiveScreen::open(int in, int out) {
  termios before{};
  if (::isatty(out) == 0 || ::tcgetattr(in, &before) != 0)
    return fail(ErrorCode::kInvalidArgument,
                "this is no terminal: --once prints one picture, --json prints one as JSON");
  termios raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C stays a signal
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(in, TCSANOW, &raw);
  LiveScreen screen(in, out, before);
  screen.write_all(kEnter);
  return screen;
}

LiveScreen::LiveScreen(int in, int out, const termios& before) : in_(in), out_(out), before_(before) {}

LiveScreen::LiveScreen(LiveScreen&& other) noexcept
    : in_(other.in_), out_(std::exchange(other.out_, -1)), before_(other.before_), drawn_(other.drawn_) {}

LiveScreen::~LiveScreen() {
  if (out_ < 0) return;
  write_all(kLeave);
  ::tcsetattr(in_, TCSANOW, &before_);
}

FrameSize LiveScreen::size() const {
  winsize size{};
  if (::ioctl(out_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {80, 24};
  return {size.ws_col, size.ws_row};
}

void LiveScreen::draw(const std::vector<std::string>& lines) {
  drawn_ = size();
  const std::size_t count = std::min(lines.size(), drawn_.rows);
  std::string picture = kHome;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) picture += "\r\n";
    picture += lines[i] + kEraseLine;
  }
  write_all(picture + kEraseBelow);
}

LiveScreen::Wake LiveScreen::wait(std::chrono::milliseconds time, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!stop.stop_requested()) {
    const FrameSize now = size();
    if (now.columns != drawn_.columns || now.rows != drawn_.rows) return Wake::kResized;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Wake::kTime;
    pollfd input{in_, POLLIN, 0};
    if (::poll(&input, 1, static_cast<int>(std::min(left, kSlice).count())) <= 0) continue;
    if ((input.revents & POLLIN) == 0) return Wake::kQuit;
    char key = 0;
    if (::read(in_, &key, 1) == 1 && (key == 'q' || key == 'Q' || key == '\x04')) return Wake::kQuit;
  }
  return Wake::kQuit;
}

void LiveScreen::write_all(const std::string& text) const {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::write(out_, text.data() + at, text.size() - at);
    if (n < 0 && errno != EINTR) return;  // the terminal is gone, which wait() finds out
    if (n > 0) at += static_cast<std::size_t>(n);
  }
}

}  // namespace musicfleet::cli
