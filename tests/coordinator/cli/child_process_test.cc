#include "coordinator/cli/dev/child_process.h"

#include "coordinator/cli/verbs/context.h"
#include "tests/coordinator/cli/cli_fixture.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace musicfleet::cli {
namespace {

using ::musicfleet::testing::TemporaryFolder;
using ::testing::HasSubstr;

Command shell(const std::string& script) { return {"/bin/sh", {"-c", script}}; }

std::string end_of(ChildProcess& child) {
  while (!child.ended()) std::this_thread::yield();
  return *child.ended();
}

TEST(ChildProcess, WhatItSaysGoesToTheEndOfItsLog) {
  const TemporaryFolder folder;
  write_text(folder / "log", "before\n");
  auto child = ChildProcess::start(shell("echo out; echo err >&2; cat"), folder / "log");
  ASSERT_TRUE(child) << child.error().message;
  EXPECT_EQ(end_of(*child), "status 0");
  EXPECT_EQ(text_at(folder / "log"), "before\nout\nerr\n");
}

TEST(ChildProcess, HowItEndedIsToldInWords) {
  const TemporaryFolder folder;
  auto failed = ChildProcess::start(shell("exit 7"), folder / "log");
  EXPECT_EQ(end_of(*failed), "status 7");
  auto killed = ChildProcess::start(shell("kill -9 $$"), folder / "log");
  EXPECT_EQ(end_of(*killed), "signal 9 (Killed)");
}

TEST(ChildProcess, AProgramThatIsNotThereIsOneThatFails) {
  const TemporaryFolder folder;
  auto child = ChildProcess::start({"/nonexistent/program", {}}, folder / "log");
  ASSERT_TRUE(child);
  EXPECT_EQ(end_of(*child), "status 127");
}

TEST(ChildProcess, SignalsBlockedHereReachItThere) {
  const TemporaryFolder folder;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  auto child = ChildProcess::start({"/bin/sleep", {"1000"}}, folder / "log");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  child->send(SIGTERM);
  EXPECT_EQ(end_of(*child), "signal 15 (Terminated)");
}

TEST(ChildProcess, DiesWithItsOwner) {
  const TemporaryFolder folder;
  pid_t pid = 0;
  {
    auto child = ChildProcess::start({"/bin/sleep", {"1000"}}, folder / "log");
    pid = child->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(ChildProcess, DiesWithItsParentEvenWhenThatIsKilled) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "log").c_str(), 0600), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // should the test end before it
    const auto child = ChildProcess::start(shell("echo up; exec sleep 1000"), folder / "log");
    for (;;) ::pause();
  }
  std::ifstream log(folder / "log");
  std::string line;
  ASSERT_TRUE(std::getline(log, line));
  EXPECT_EQ(line, "up");
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  // The log ends once nobody can write to it any more: the child is gone.
  EXPECT_FALSE(std::getline(log, line));
}

TEST(RunProgram, GivesWhatItWrote) {
  const auto text = run_program(shell("echo hello"));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "hello\n");
}

TEST(RunProgram, AStatusOtherThanZeroIsAnErrorWithWhatItWrote) {
  const auto text = run_program(shell("echo no space >&2; exit 3"));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("status 3"));
  EXPECT_THAT(text.error().message, HasSubstr("no space"));
}

TEST(RunAndRead, GivesTheStatusAndTheOutputWithoutTheErrors) {
  const auto end = run_and_read(shell("echo told; echo heard >&2; exit 3"));
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->status, 3);
  EXPECT_EQ(end->output, "told\n");
}

TEST(RunAndRead, AProgramThatASignalEndsIsAnError) {
  const auto end = run_and_read(shell("kill -9 $$"));
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().message, HasSubstr("signal 9"));
}

TEST(ModelVerb, VerifyShowsWhatTheWorkersProgramSays) {
  const TemporaryFolder folder;
  write_text(folder / "musicfleet-worker", "#!/bin/sh\necho \"$*\"\n[ \"$2\" = good ]\n");
  ASSERT_EQ(::chmod((folder / "musicfleet-worker").c_str(), 0700), 0);
  const Outcome good = musicfleet({"model", "verify", "good", "--json"}, {}, folder.path());
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_EQ(good.out, "verify good --json\n");
  EXPECT_EQ(musicfleet({"model", "verify", "bad", "--no-hash"}, {}, folder.path()).status, 1);
}

TEST(ModelVerb, InitTinyIsDoneByTheWorkersProgram) {
  const TemporaryFolder folder;
  write_text(folder / "musicfleet-worker", "#!/bin/sh\n[ \"$1\" = init-tiny ] && mkdir \"$2\"\n");
  ASSERT_EQ(::chmod((folder / "musicfleet-worker").c_str(), 0700), 0);
  const Outcome outcome = musicfleet({"model", "init-tiny", (folder / "model").string()}, {}, folder.path());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(std::filesystem::is_directory(folder / "model"));
  EXPECT_THAT(outcome.out, HasSubstr("noise"));
  EXPECT_EQ(musicfleet({"model", "init-tiny", (folder / "model").string()}, {}, folder.path()).status, 1);
}

}  // namespace
}  // namespace musicfleet::cli
