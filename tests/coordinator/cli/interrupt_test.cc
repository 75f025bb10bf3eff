#include "coordinator/cli/interrupt.h"

#include "coordinator/cli/job_follower.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace musicfleet::cli {
namespace {

using namespace std::chrono_literals;

TEST(Interrupt, ASignalIsAStopRequest) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    Interrupt interrupt;
    EXPECT_FALSE(interrupt.token().stop_requested());
    ::kill(::getpid(), number);
    EXPECT_FALSE(pause_for(30s, interrupt.token())) << number;
  }
}

TEST(Interrupt, WithoutASignalItEndsByItself) {
  const Interrupt interrupt;
  EXPECT_TRUE(pause_for(0ms, interrupt.token()));
}

TEST(Interrupt, TheSecondSignalEndsTheProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    const Interrupt interrupt;
    ::kill(::getpid(), SIGINT);
    pause_for(30s, interrupt.token());
    ::kill(::getpid(), SIGINT);
    pause_for(30s, {});
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

}  // namespace
}  // namespace musicfleet::cli
