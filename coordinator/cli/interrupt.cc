#include "coordinator/cli/interrupt.h"

namespace musicfleet::cli {
namespace {

// Ends the process as if it had never caught the signal.
void end_by(int number) {
  std::signal(number, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  std::raise(number);
}

}  // namespace

Interrupt::Interrupt() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  waiting_ = std::jthread([this](const std::stop_token& over) {
    while (true) {
      int number = 0;
      sigwait(&signals_, &number);
      if (over.stop_requested()) return;
      // Whoever asks twice does not want to wait for the orderly end.
      if (!source_.request_stop()) end_by(number);
    }
  });
}

Interrupt::~Interrupt() {
  waiting_.request_stop();
  pthread_kill(waiting_.native_handle(), SIGTERM);
  waiting_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace musicfleet::cli
