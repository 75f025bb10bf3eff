// Ctrl-C, SIGTERM and a hangup as a stop request. Made in main's thread before any other thread starts, so
// that the signals reach its own thread only; the second one ends the process at once.
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace musicfleet::cli {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t signals_{};
  sigset_t before_{};
  std::stop_source source_;
  std::jthread waiting_;
};

}  // namespace musicfleet::cli
